package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.Payload;
import io.github.checkpointmanager.internal.record.StageRecord;
import java.util.Optional;

/** From what was read under a key to what it means for its stage. */
final class Lookups {
  private Lookups() {}

  /** The meaning of a reading of a stage's checkpoint key; a payload is kept if it was read. */
  static Lookup of(String stage, Reading reading) {
    Optional<RecordException> refusal = reading.whyNotCheckpointOf(stage);
    if (refusal.isPresent()) {
      return new Lookup.Invalid(
          stage,
          refusal.get().kind() == RecordException.Kind.DAMAGED
              ? Lookup.Invalid.Kind.DAMAGED
              : Lookup.Invalid.Kind.UNREADABLE,
          refusal.get().why(),
          reading.storedObject().orElseThrow().version());
    }
    return reading instanceof Reading.Found found
        ? new Lookup.Valid(checkpoint(stage, found.stored()))
        : new Lookup.Absent(stage);
  }

  /** As {@link #of}, with the payload described and not kept. */
  static Lookup withoutPayload(String stage, Reading reading) {
    Lookup lookup = of(stage, reading);
    return lookup instanceof Lookup.Valid && reading instanceof Reading.Found found
        ? new Lookup.Valid(described(stage, found.stored()))
        : lookup;
  }

  /** As {@link #checkpoint}, with its payload described and not kept. */
  static Checkpoint described(String stage, StoredRecord stored) {
    return checkpoint(stage, stored.withoutPayload());
  }

  /** A valid record as its stage's checkpoint. */
  static Checkpoint checkpoint(String stage, StoredRecord stored) {
    StageRecord record = stored.record();
    return new Checkpoint(
        stage,
        stored.version(),
        stored.lastModified(),
        stored.size(),
        record.headers(),
        record.payload().map(Payload::contentType),
        record.payload().stream().mapToLong(Payload::length).findFirst(),
        record.payload().flatMap(Payload::bytes));
  }

  /** The checkpoint that a record is; empty when it is none of this stage. */
  static Optional<Checkpoint> ifCheckpoint(String stage, Optional<StoredRecord> record) {
    return record
        .filter(stored -> stored.whyNotCheckpointOf(stage).isEmpty())
        .map(stored -> checkpoint(stage, stored));
  }
}
