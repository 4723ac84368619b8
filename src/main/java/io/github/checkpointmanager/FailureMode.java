package io.github.checkpointmanager;

/** What a save does when the store fails. */
public enum FailureMode {
  /** It throws. */
  STRICT,
  /**
   * It logs an error and returns {@link SaveResult.Outcome#NOT_SAVED} with the cause, so that a
   * pipeline goes on without checkpoints. Reading still throws: "not known" is never "not
   * completed".
   */
  BEST_EFFORT
}
