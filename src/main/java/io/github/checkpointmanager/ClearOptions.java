package io.github.checkpointmanager;

/**
 * How a clear behaves. Immutable.
 *
 * @param force clear even if a worker is executing a stage; it finds out at its next renewal
 * @param dryRun delete nothing, say what would be
 */
public record ClearOptions(boolean force, boolean dryRun) {
  /** Refuse while a stage is being worked on, and delete. */
  public static ClearOptions standard() {
    return new ClearOptions(false, false);
  }

  public ClearOptions withForce() {
    return new ClearOptions(true, dryRun);
  }

  public ClearOptions withDryRun() {
    return new ClearOptions(force, true);
  }
}
