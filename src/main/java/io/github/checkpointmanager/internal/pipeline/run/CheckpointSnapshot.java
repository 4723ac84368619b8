package io.github.checkpointmanager.internal.pipeline.run;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.internal.pipeline.plan.RecordsSnapshot;
import io.github.checkpointmanager.pipeline.CheckpointFacts;
import org.jspecify.annotations.Nullable;

/**
 * One look at a stage's record. Immutable.
 *
 * @param checkpoint its valid checkpoint; null when there is none
 * @param seen the same as plans see it
 */
record CheckpointSnapshot(@Nullable Checkpoint checkpoint, RecordsSnapshot.Stage seen) {
  /** Looks. 1 GET. */
  static CheckpointSnapshot at(CheckpointManager checkpoints, String stage) {
    Lookup found = checkpoints.inspect(stage);
    return found
        .valid()
        .map(CheckpointSnapshot::of)
        .orElseGet(
            () ->
                new CheckpointSnapshot(
                    null,
                    found
                        .invalid()
                        .map(RecordsSnapshot.Stage::broken)
                        .orElseGet(RecordsSnapshot.Stage::nothing)));
  }

  static CheckpointSnapshot of(Checkpoint checkpoint) {
    return new CheckpointSnapshot(
        checkpoint, RecordsSnapshot.Stage.completed(CheckpointFacts.of(checkpoint)));
  }

  /** Whether both saw the same version of a valid checkpoint, or both none. */
  boolean isSameAs(CheckpointSnapshot other) {
    if (checkpoint == null || other.checkpoint == null) {
      return checkpoint == null && other.checkpoint == null;
    }
    return checkpoint.isSameVersionAs(other.checkpoint);
  }
}
