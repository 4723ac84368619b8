package io.github.checkpointmanager;

/** Runs a task under its claim; a failure is recorded and comes through unchanged. */
final class Execution {
  private Execution() {}

  static <T, E extends Throwable> T call(Claim claim, ClaimedFunction<T, E> task) throws E {
    try {
      return task.call(new StageContext(claim));
    } catch (Throwable failure) {
      claim.fail(failure);
      throw failure;
    }
  }
}
