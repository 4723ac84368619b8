package io.github.checkpointmanager;

/**
 * How a restore behaves. Immutable.
 *
 * @param force restore even if a worker is executing the stage; when it finishes, its result says
 *     that the stage was already completed
 * @param dryRun write nothing, say what would be restored
 */
public record RestoreOptions(boolean force, boolean dryRun) {
  /** Refuse while the stage is being worked on, and write. */
  public static RestoreOptions standard() {
    return new RestoreOptions(false, false);
  }

  public RestoreOptions withForce() {
    return new RestoreOptions(true, dryRun);
  }

  public RestoreOptions withDryRun() {
    return new RestoreOptions(force, true);
  }
}
