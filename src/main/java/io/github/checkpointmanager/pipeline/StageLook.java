package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Lookup;
import org.jspecify.annotations.Nullable;

/**
 * One look at a stage's record. Immutable.
 *
 * @param checkpoint its valid checkpoint; null when there is none
 * @param seen the same as plans see it
 */
record StageLook(@Nullable Checkpoint checkpoint, StageSeen seen) {
  /** Looks. 1 GET. */
  static StageLook at(CheckpointManager checkpoints, String stage) {
    Lookup found = checkpoints.inspect(stage);
    return found
        .valid()
        .map(StageLook::of)
        .orElseGet(
            () ->
                new StageLook(
                    null, found.invalid().map(StageSeen::broken).orElseGet(StageSeen::nothing)));
  }

  static StageLook of(Checkpoint checkpoint) {
    return new StageLook(checkpoint, StageSeen.completed(CheckpointFacts.of(checkpoint)));
  }

  /** Whether both saw the same version of a valid checkpoint, or both none. */
  boolean isSameAs(StageLook other) {
    if (checkpoint == null || other.checkpoint == null) {
      return checkpoint == null && other.checkpoint == null;
    }
    return checkpoint.isSameVersionAs(other.checkpoint);
  }
}
