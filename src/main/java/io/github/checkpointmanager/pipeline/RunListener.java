package io.github.checkpointmanager.pipeline;

/**
 * Told what happens in a run, while it happens. Calls come one at a time, on any thread of the run,
 * and hold it up: they should return soon. What they throw is logged and otherwise ignored.
 */
public interface RunListener {
  /** The records were read, and this is how things stand. */
  default void planned(ResumePlan plan) {}

  /**
   * A task begins.
   *
   * @param stage the stage
   * @param attempt of its claim, or 1
   * @param why as the decision says
   */
  default void started(String stage, long attempt, Reason why) {}

  /** A task said how far it is. */
  default void progress(String stage, String text) {}

  /**
   * A stage is put aside, since another worker executes it or it rests after a failure; told when
   * that begins, and when its reason changes.
   */
  default void waiting(String stage, String reason) {}

  /** It is known what became of a stage. */
  default void settled(StageReport report) {}

  /** The run is over. */
  default void finished(RunReport report) {}
}
