package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.Payload;
import io.github.checkpointmanager.internal.record.StageRecord;
import io.github.checkpointmanager.store.StoredObject;
import java.util.Optional;

/** From what was read under a key to what it means for its stage. */
final class Lookups {
  private Lookups() {}

  /** The meaning of a reading of a stage's checkpoint key; a payload is kept if it was read. */
  static Lookup of(String stage, Reading reading) {
    if (reading instanceof Reading.Absent) {
      return new Lookup.Absent(stage);
    }
    Optional<RecordException> refusal = refusal(stage, reading);
    if (reading instanceof Reading.Found found && refusal.isEmpty()) {
      return new Lookup.Valid(checkpoint(stage, found.stored()));
    }
    StoredObject object = reading.storedObject().orElseThrow();
    return refusal
        .map(e -> invalid(stage, Lookup.Invalid.Kind.UNREADABLE, e.why(), object))
        .orElseGet(
            () ->
                invalid(
                    stage,
                    Lookup.Invalid.Kind.DAMAGED,
                    reading.whyInvalid().orElseThrow(),
                    object));
  }

  private static Lookup invalid(
      String stage, Lookup.Invalid.Kind kind, String reason, StoredObject object) {
    return new Lookup.Invalid(stage, kind, reason, object.version());
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

  /** Why a record must be neither counted nor repaired; empty for valid and for damaged ones. */
  static Optional<RecordException> refusal(String stage, Reading reading) {
    if (reading instanceof Reading.Found found) {
      return found.stored().whyNotCheckpointOf(stage);
    }
    return reading instanceof Reading.Unreadable unreadable
        ? Optional.of(new RecordException(RecordException.Kind.UNREADABLE, unreadable.reason()))
        : Optional.empty();
  }
}
