package io.github.checkpointmanager;

/** Runs a task under its claim; a failure is recorded and comes through unchanged. */
final class Execution {
  private Execution() {}

  static <T, E extends Throwable> T call(Claim claim, ClaimedFunction<T, E> task) throws E {
    try {
      return task.call(new StageContext(claim));
    } catch (Throwable failure) {
      record(claim, failure);
      throw failure;
    }
  }

  /** Whatever comes of that, the caller is told the task's own failure. */
  private static void record(Claim claim, Throwable failure) {
    try {
      claim.fail(failure);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
