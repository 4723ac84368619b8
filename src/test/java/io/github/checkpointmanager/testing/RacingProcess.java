package io.github.checkpointmanager.testing;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.SaveResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A JVM of its own that saves one stage when told to: it first saves another one, so that class
 * loading, the connection and the probe of the server are behind it.
 */
public final class RacingProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;

  private RacingProcess(Process process) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts it on this JVM's class path, with the credentials of the tests. */
  public static RacingProcess start(String location, String stage, String warmUp)
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

  /** Lets it save. */
  public void go() {
    try {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The outcome and the write id of the stage's checkpoint. */
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
    try (var checkpoints = CheckpointManager.open(args[0])) {
      checkpoints.save(args[2]);
      out.println("ready");
      if (System.in.read() < 0) {
        return;
      }
      SaveResult result = checkpoints.save(args[1]);
      out.println(
          result.outcome() + " " + result.checkpoint().orElseThrow().writeId().orElseThrow());
    }
  }
}
