package io.github.checkpointmanager.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/**
 * LocalStack as a child process, by {@code localstack/start --foreground}. It ends with this JVM;
 * on Linux even when that is killed with SIGKILL.
 */
final class LocalStackProcess {
  /** The first start installs the packages, and waits for another build that does. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Pattern READY = Pattern.compile("\"s3\": *\"(available|running)\"");

  private LocalStackProcess() {}

  static URI start() {
    try {
      Path directory = Files.createDirectories(project().resolve("target/localstack"));
      String name = Long.toString(ProcessHandle.current().pid());
      Path log = directory.resolve(name + ".log");
      int port = freePort();
      List<String> command = new ArrayList<>();
      if (isOnPath("setpriv")) {
        command.addAll(List.of("setpriv", "--pdeathsig", "KILL"));
      }
      command.addAll(
          List.of(
              "bash",
              project().resolve("localstack/start").toString(),
              "--foreground",
              "--port",
              Integer.toString(port),
              "--pid-file",
              directory.resolve(name + ".pid").toString()));
      Process process =
          startOnImmortalThread(
              new ProcessBuilder(command)
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .redirectError(log.toFile()));
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      URI endpoint = URI.create("http://127.0.0.1:" + port);
      awaitReady(endpoint, process, log);
      return endpoint;
    } catch (IOException e) {
      throw new UncheckedIOException("LocalStack cannot be started", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while LocalStack was starting", e);
    }
  }

  /**
   * The parent-death signal is sent when the <em>thread</em> that made the process ends (prctl(2),
   * PR_SET_PDEATHSIG), so that thread lives as long as the JVM.
   */
  private static Process startOnImmortalThread(ProcessBuilder builder) {
    var started = new CompletableFuture<Process>();
    var thread =
        new Thread(
            () -> {
              try {
                Process process = builder.start();
                started.complete(process);
                process.waitFor();
              } catch (IOException | InterruptedException e) {
                started.completeExceptionally(e);
              }
            },
            "localstack");
    thread.setDaemon(true);
    thread.start();
    return started.join();
  }

  private static void awaitReady(URI endpoint, Process process, Path log)
      throws IOException, InterruptedException {
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest health =
        HttpRequest.newBuilder(endpoint.resolve("/_localstack/health"))
            .timeout(Duration.ofSeconds(10))
            .build();
    long start = System.nanoTime();
    while (System.nanoTime() - start < PATIENCE.toNanos()) {
      if (!process.isAlive()) {
        throw notStarted("it ended with status " + process.exitValue(), log);
      }
      try {
        String body = http.send(health, HttpResponse.BodyHandlers.ofString()).body();
        if (READY.matcher(body).find()) {
          return;
        }
      } catch (IOException e) {
        // Not listening yet.
      }
      Thread.sleep(100);
    }
    process.destroyForcibly();
    throw notStarted("it did not answer within " + PATIENCE, log);
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

  /** Below the range from which the system takes ports for outgoing connections. */
  private static int freePort() throws IOException {
    Random random = new Random();
    while (true) {
      int port = 20_000 + random.nextInt(10_000);
      try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (java.net.BindException e) {
        // Taken; another.
      }
    }
  }

  private static boolean isOnPath(String program) {
    for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(directory, program))) {
        return true;
      }
    }
    return false;
  }

  private static Path project() {
    return Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  }
}
