package io.github.checkpointmanager;

import java.util.Optional;

/**
 * What {@link CheckpointManager#stage(String, StageTask)} did. Immutable.
 *
 * @param stage the stage
 * @param ran whether the task ran in this call
 * @param reason why, in one sentence
 * @param saved how the save ended; empty when the task did not run
 * @param checkpoint the stage's checkpoint; empty only if {@code saved} says {@code NOT_SAVED}
 */
public record StageResult(
    String stage,
    boolean ran,
    String reason,
    Optional<SaveResult> saved,
    Optional<Checkpoint> checkpoint) {
  /** The task did not run, because the stage is completed. */
  public static StageResult skipped(Checkpoint checkpoint, String reason) {
    return new StageResult(
        checkpoint.stage(), false, reason, Optional.empty(), Optional.of(checkpoint));
  }

  /** The task ran, and its stage was saved. */
  public static StageResult ran(String stage, String reason, SaveResult saved) {
    return new StageResult(stage, true, reason, Optional.of(saved), saved.checkpoint());
  }

  /** Whether the stage already had a checkpoint. */
  public boolean skipped() {
    return !ran;
  }
}
