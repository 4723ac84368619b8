package io.github.checkpointmanager.internal.read;

import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.internal.record.Payload;
import io.github.checkpointmanager.internal.record.StageRecord;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.Version;
import java.time.Instant;
import java.util.Optional;

/**
 * A valid record, and what the store says of it.
 *
 * @param record its payload may be described without bytes
 * @param version what a replace of exactly this record expects
 * @param lastModified when it was written, by the store's clock
 * @param size bytes of the whole object
 */
public record StoredRecord(StageRecord record, Version version, Instant lastModified, long size) {
  /** The same with its payload described only, so that the bytes need not be kept. */
  public StoredRecord withoutPayload() {
    Optional<Payload> described =
        record.payload().map(p -> new Payload(p.contentType(), p.length(), Optional.empty()));
    return new StoredRecord(
        new StageRecord(record.state(), record.headers(), described), version, lastModified, size);
  }

  /** Why this valid record does not count as a stage's checkpoint; empty when it does. */
  public Optional<RecordException> whyNotCheckpointOf(String stage) {
    return whyOfAnotherStageThan(Optional.of(stage))
        .or(
            () ->
                record.state() == State.COMPLETED
                    ? Optional.empty()
                    : Optional.of(
                        new RecordException(
                            RecordException.Kind.UNREADABLE,
                            "the record's state is "
                                + record.state()
                                + ", which no checkpoint has")));
  }

  /** What the record says of its stage, if it is another: a copied file, for one. */
  public Optional<RecordException> whyOfAnotherStageThan(Optional<String> stage) {
    return record
        .stage()
        .filter(theirs -> !Optional.of(theirs).equals(stage))
        .map(
            theirs ->
                new RecordException(
                    RecordException.Kind.OTHER_STAGE,
                    "the record says that it is of the stage " + LogSafe.quoted(theirs)));
  }
}
