package io.github.checkpointmanager;

/** Where a stage stands: derived from its records when asked for, never stored. */
public enum StageState {
  /** Nothing is recorded but perhaps an attempt that was released. */
  PENDING,
  /** A worker executes it. */
  RUNNING,
  /** A worker's lease ran out and nobody has taken the stage over. */
  LATE,
  /** The last attempt failed. */
  FAILED,
  /** It has a checkpoint. */
  COMPLETED,
  /** It has a checkpoint of other inputs, or something before it was run again. */
  STALE,
  /** What stands in its checkpoint's place is damaged or cannot be read. */
  CORRUPT
}
