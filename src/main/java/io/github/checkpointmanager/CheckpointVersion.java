package io.github.checkpointmanager;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One entry of a stage's history. Immutable.
 *
 * @param stage whose history
 * @param versionId what {@link CheckpointHistory#restore} takes
 * @param storedAt when the store received it or, of a deletion, when it was deleted, by the store's
 *     clock
 * @param size bytes of the whole record; 0 for a deletion
 * @param latest whether it is the current state
 * @param deletion whether it says that the checkpoint was deleted
 * @param checkpoint its record, if it was read and is valid; the payload described and not kept
 * @param problem why its record does not count, if it was read and does not
 */
public record CheckpointVersion(
    String stage,
    String versionId,
    Instant storedAt,
    long size,
    boolean latest,
    boolean deletion,
    Optional<Checkpoint> checkpoint,
    Optional<Inventory.Problem> problem) {
  public CheckpointVersion {
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(versionId, "versionId");
    Objects.requireNonNull(storedAt, "storedAt");
    Objects.requireNonNull(checkpoint, "checkpoint");
    Objects.requireNonNull(problem, "problem");
  }
}
