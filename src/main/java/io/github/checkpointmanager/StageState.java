package io.github.checkpointmanager;

/** The state of a stage: derived from its records when asked for, never stored. */
public enum StageState {
  /** Not begun, or its last attempt was released. */
  PENDING,
  /** A worker executes it. */
  RUNNING,
  /** A worker's lease has expired and no other worker has taken the stage over. */
  LATE,
  /** The last attempt failed. */
  FAILED,
  /** It has a checkpoint. */
  COMPLETED,
  /** Its checkpoint was made from other inputs, or a stage before it was run again. */
  STALE,
  /** Its record is damaged or cannot be read. */
  CORRUPT
}
