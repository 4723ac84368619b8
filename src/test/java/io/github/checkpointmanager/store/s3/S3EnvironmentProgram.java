package io.github.checkpointmanager.store.s3;

import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.FailureMode;
import java.util.function.Supplier;

/**
 * Reads and saves at a location with the S3 client that this process's environment makes, and
 * writes what came of it: {@code call: kind} for each call, and all messages and stack traces. Runs
 * in a JVM of its own.
 */
public final class S3EnvironmentProgram {
  private S3EnvironmentProgram() {}

  public static void main(String[] arguments) {
    var builder = CheckpointManager.builder().location(arguments[0]);
    try (CheckpointManager strict = builder.open();
        CheckpointManager bestEffort =
            CheckpointManager.builder()
                .location(arguments[0])
                .failureMode(FailureMode.BEST_EFFORT)
                .open()) {
      report("has", () -> strict.has("a"));
      report("save", () -> strict.save("a").outcome());
      report("bestEffort", () -> bestEffort.save("a").outcome());
      report("completed", () -> strict.completed().size());
    }
  }

  private static void report(String call, Supplier<Object> work) {
    try {
      System.out.println(call + ": " + work.get());
    } catch (CheckpointException e) {
      System.out.println(call + ": " + e.kind() + " " + e.getMessage());
      e.printStackTrace();
    } catch (RuntimeException e) {
      System.out.println(call + ": RAW " + e);
      e.printStackTrace();
    }
  }
}
