package io.github.checkpointmanager.pipeline;

/** What became of a stage in one run. */
public enum StageOutcome {
  /** Its task ran here and its checkpoint stands. */
  RAN,
  /** It was completed already, or another worker completed it meanwhile. */
  SKIPPED,
  /** Its task threw, or did not make what it declares. */
  FAILED,
  /** Its task succeeded, but its checkpoint was not saved. */
  NOT_SAVED,
  /** It was not run: something stood in the way, most often a stage before it. */
  BLOCKED
}
