package io.github.checkpointmanager.pipeline;

/**
 * Is called during a run. Calls come one at a time, on any thread of the run, and block it: they
 * should return soon. Exceptions are logged and otherwise ignored.
 */
public interface RunListener {
  /** The records were read; the plan says what the run will do. */
  default void planned(ResumePlan plan) {}

  /**
   * A task begins.
   *
   * @param stage the stage
   * @param attempt of its claim; 1 without a claim
   * @param why the reason of the decision
   */
  default void started(String stage, long attempt, Reason why) {}

  /** A task reported progress. */
  default void progress(String stage, String text) {}

  /**
   * A stage is deferred, because another worker executes it, it backs off after a failure, or the
   * store does not answer. Called when the wait begins, and when its reason changes.
   */
  default void waiting(String stage, String reason) {}

  /** A stage has its outcome. */
  default void settled(StageReport report) {}

  /** The run is over. */
  default void finished(RunReport report) {}
}
