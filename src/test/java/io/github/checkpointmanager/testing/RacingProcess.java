package io.github.checkpointmanager.testing;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.SaveResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A JVM of its own that saves or claims one stage when told to: it first does the same to another
 * one, so that class loading, the connection and the probe of the server are behind it.
 */
public final class RacingProcess implements AutoCloseable {
  /** What they race for. */
  public enum Action {
    /** Says the outcome and the write id of the stage's checkpoint. */
    SAVE {
      @Override
      String perform(CheckpointManager checkpoints, String stage) {
        SaveResult result = checkpoints.save(stage);
        return result.outcome() + " " + result.checkpoint().orElseThrow().writeId().orElseThrow();
      }
    },
    /** Says {@code HELD} or {@code BUSY}, and the holder's process id. */
    CLAIM {
      @Override
      String perform(CheckpointManager checkpoints, String stage) {
        ClaimResult result = checkpoints.claim(stage, ClaimOptions.lease(Duration.ofMinutes(1)));
        if (result instanceof ClaimResult.Held) {
          return "HELD " + ProcessHandle.current().pid();
        }
        return "BUSY " + ((ClaimResult.Busy) result).by().orElseThrow().process();
      }
    };

    abstract String perform(CheckpointManager checkpoints, String stage);
  }

  private final Process process;
  private final BufferedReader out;

  private RacingProcess(Process process) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts it on this JVM's class path, with the credentials of the tests. */
  public static RacingProcess start(Action action, String location, String stage, String warmUp)
      throws IOException {
    var credentials = LocalStack.credentials().resolveCredentials();
    var builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                RacingProcess.class.getName(),
                action.name(),
                location,
                stage,
                warmUp));
    builder.environment().put("AWS_ACCESS_KEY_ID", credentials.accessKeyId());
    builder.environment().put("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey());
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    return new RacingProcess(builder.start());
  }

  /** Waits until it has warmed up. */
  public void awaitReady() throws IOException {
    String line = out.readLine();
    if (!"ready".equals(line)) {
      throw new IllegalStateException("the racing process said " + line);
    }
  }

  /** Its process id. */
  public String pid() {
    return Long.toString(process.pid());
  }

  /** Lets it race. */
  public void go() {
    try {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** What its {@link Action} says. */
  public String result() throws IOException {
    return String.valueOf(out.readLine());
  }

  @Override
  public void close() {
    process.destroy();
  }

  /** What runs in the other JVM. */
  public static void main(String[] args) throws IOException {
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    Action action = Action.valueOf(args[0]);
    try (var checkpoints = CheckpointManager.open(args[1])) {
      action.perform(checkpoints, args[3]);
      out.println("ready");
      if (System.in.read() < 0) {
        return;
      }
      out.println(action.perform(checkpoints, args[2]));
    }
  }
}
