package io.github.checkpointmanager.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * LocalStack as a process, by {@code localstack/start --for}: one for all JVMs that test this
 * source tree at the same time. The first JVM that asks starts it. It ends a second after the last
 * of them, and the Maven that started them, have ended, in whatever way they end.
 */
final class LocalStackProcess {
  /** The first start installs the packages, and waits for another build that does. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Pattern ENDPOINT = Pattern.compile("export AWS_ENDPOINT_URL=(\\S+)");

  private LocalStackProcess() {}

  static URI start() {
    try {
      Path directory = Files.createDirectories(project().resolve("target/localstack"));
      String name = Long.toString(ProcessHandle.current().pid());
      Path output = directory.resolve(name + ".out");
      Path log = directory.resolve(name + ".log");
      Process process =
          new ProcessBuilder(command(directory))
              .redirectOutput(output.toFile())
              .redirectError(log.toFile())
              .start();
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw notStarted("it did not answer within " + PATIENCE, log);
      }
      Matcher endpoint = ENDPOINT.matcher(Files.readString(output));
      if (process.exitValue() != 0 || !endpoint.find()) {
        throw notStarted("it ended with status " + process.exitValue(), log);
      }
      return URI.create(endpoint.group(1));
    } catch (IOException e) {
      throw new UncheckedIOException("LocalStack cannot be started", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while LocalStack was starting", e);
    }
  }

  private static List<String> command(Path directory) {
    List<String> command = new ArrayList<>();
    command.add("bash");
    command.add(project().resolve("localstack/start").toString());
    command.addAll(List.of("--port", "0"));
    command.addAll(List.of("--pid-file", directory.resolve("server.pid").toString()));
    command.addAll(List.of("--for", Long.toString(ProcessHandle.current().pid())));
    maven().ifPresent(pid -> command.addAll(List.of("--for", Long.toString(pid))));
    return command;
  }

  /** The Maven that forked this JVM: its next fork, perhaps a minute later, uses the server too. */
  private static Optional<Long> maven() {
    Optional<ProcessHandle> ancestor = ProcessHandle.current().parent();
    while (ancestor.isPresent()) {
      ProcessHandle process = ancestor.orElseThrow();
      if (process.info().commandLine().orElse("").contains("plexus-classworlds")) {
        return Optional.of(process.pid());
      }
      ancestor = process.parent();
    }
    return Optional.empty();
  }

  private static IllegalStateException notStarted(String why, Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    String tail = String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    return new IllegalStateException(
        "No Docker engine answers, and LocalStack without Docker did"
            + " not start ("
            + why
            + "):\n"
            + tail
            + "\nInstall Docker, or Python 3.10 to 3.13 with venv (Debian, Ubuntu: apt-get install"
            + " python3 python3-venv), or name a server with -D"
            + LocalStack.ENDPOINT_PROPERTY
            + "=http://….");
  }

  private static Path project() {
    return Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  }
}
