package io.github.checkpointmanager.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimLostException;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A JVM of its own that claims a stage, without heartbeats, and then does and says what it is
 * asked.
 */
public final class ClaimingProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader replies;

  private ClaimingProcess(Process process) {
    this.process = process;
    this.replies = process.inputReader(UTF_8);
  }

  /** Starts it on this JVM's class path, and waits until it holds the claim. */
  static ClaimingProcess start(
      String location, String stage, Duration lease, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                ClaimingProcess.class.getName(),
                location,
                stage,
                lease.toString()));
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    ClaimingProcess started = new ClaimingProcess(builder.start());
    String greeting = String.valueOf(started.replies.readLine());
    if (!greeting.equals("held")) {
      started.close();
      throw new IllegalStateException("the claiming process said " + greeting);
    }
    return started;
  }

  boolean isValid() throws IOException {
    return Boolean.parseBoolean(ask("valid"));
  }

  /** {@code renewed} or {@code lost}. */
  String renew() throws IOException {
    return ask("renew");
  }

  /** The outcome, or {@code lost}. */
  String complete() throws IOException {
    return ask("complete");
  }

  private String ask(String question) throws IOException {
    process.outputWriter(UTF_8).append(question).append('\n').flush();
    return String.valueOf(replies.readLine());
  }

  /** As the shell's {@code kill -s NAME}. */
  void signal(String name) {
    try {
      new ProcessBuilder("kill", "-s", name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** What runs in the other JVM. */
  public static void main(String[] args) throws IOException {
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    try (CheckpointManager checkpoints = CheckpointManager.open(args[0])) {
      ClaimOptions options = ClaimOptions.untilDeadline(Duration.parse(args[2]));
      if (!(checkpoints.claim(args[1], options) instanceof ClaimResult.Held held)) {
        out.println("not held");
        return;
      }
      out.println("held");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.println(answer(held.claim(), line));
      }
    }
  }

  private static String answer(Claim claim, String question) {
    try {
      switch (question) {
        case "valid" -> {
          return Boolean.toString(claim.isValid());
        }
        case "renew" -> {
          claim.renew();
          return "renewed";
        }
        case "complete" -> {
          return claim.complete().outcome().name();
        }
        default -> throw new IllegalArgumentException(question);
      }
    } catch (ClaimLostException e) {
      return "lost";
    }
  }
}
