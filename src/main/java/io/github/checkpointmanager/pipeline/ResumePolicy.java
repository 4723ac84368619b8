package io.github.checkpointmanager.pipeline;

/** When a completed stage is skipped. */
public enum ResumePolicy {
  /** A completed stage is skipped if it has a valid checkpoint. The default. */
  EXISTS,
  /**
   * A completed stage is skipped if its valid checkpoint has the same inputs, parameters and code
   * version, and was built on the current checkpoints of the stages before it. A stage whose
   * checkpoint has no fingerprint, such as one of another tool, runs again, unless it declares no
   * inputs, no parameters, no code version and no stage before it.
   */
  FINGERPRINT
}
