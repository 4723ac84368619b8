package io.github.checkpointmanager.pipeline;

/** The outcome of a stage in one run. */
public enum StageOutcome {
  /** Its task ran here, and it is completed. */
  RAN,
  /** It was completed before, or another worker completed it during the run. */
  SKIPPED,
  /** Its task threw, or did not make a declared output. */
  FAILED,
  /** Its task succeeded, but its checkpoint was not saved. */
  NOT_SAVED,
  /** It did not run; usually a stage before it is not completed. */
  BLOCKED
}
