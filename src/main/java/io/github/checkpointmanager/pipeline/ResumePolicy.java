package io.github.checkpointmanager.pipeline;

/** When a completed stage is skipped. */
public enum ResumePolicy {
  /** Whenever it has a valid checkpoint: as simple as a test whether a file exists. The default. */
  EXISTS,
  /**
   * When it has a valid checkpoint of the same inputs, parameters and code version, built on the
   * checkpoints that its upstream stages have now. A checkpoint without a fingerprint, of another
   * tool for instance, is not skipped, unless its stage declares nothing that could change and
   * comes after nothing.
   */
  FINGERPRINT
}
