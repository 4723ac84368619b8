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
 * @param deletion whether the checkpoint was deleted by this entry
 * @param record what its record is, if it was read; the payload is described and not kept
 */
public record CheckpointVersion(
    String stage,
    String versionId,
    Instant storedAt,
    long size,
    boolean latest,
    boolean deletion,
    Optional<Lookup> record) {
  public CheckpointVersion {
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(versionId, "versionId");
    Objects.requireNonNull(storedAt, "storedAt");
    Objects.requireNonNull(record, "record");
  }

  /** Its checkpoint, if the record was read and is valid. */
  public Optional<Checkpoint> checkpoint() {
    return record.flatMap(Lookup::valid);
  }

  /** Why its record does not count, if it was read and is invalid. */
  public Optional<Lookup.Invalid> problem() {
    return record.flatMap(Lookup::invalid);
  }
}
