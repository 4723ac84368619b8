package io.github.checkpointmanager;

import java.util.Objects;
import java.util.Optional;

/**
 * How a restore ended. Immutable.
 *
 * @param outcome whether something was written
 * @param versionId the version that was asked for
 * @param checkpoint the stage's checkpoint now; on a dry run the one that would be restored
 * @param replaced the checkpoint that was current before, or is current on a dry run; empty when
 *     there was none
 */
public record RestoreResult(
    Outcome outcome, String versionId, Checkpoint checkpoint, Optional<Checkpoint> replaced) {
  /** The ends of a restore that are no exception. */
  public enum Outcome {
    /** The earlier checkpoint is the current one again. */
    RESTORED,
    /** It was the current one, or one that was restored from it was; nothing was written. */
    ALREADY_THERE,
    /** A dry run: nothing was written. */
    WOULD_RESTORE
  }

  public RestoreResult {
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(versionId, "versionId");
    Objects.requireNonNull(checkpoint, "checkpoint");
    Objects.requireNonNull(replaced, "replaced");
  }
}
