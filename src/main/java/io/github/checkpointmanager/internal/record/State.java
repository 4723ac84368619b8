package io.github.checkpointmanager.internal.record;

/** The first line of a record. */
public enum State {
  /** A checkpoint: the stage is done. */
  COMPLETED,
  /** A claim: a worker executes the stage. */
  RUNNING,
  /** A claim whose worker reported a failure. */
  FAILED,
  /** A claim that was given up without a failure. */
  RELEASED
}
