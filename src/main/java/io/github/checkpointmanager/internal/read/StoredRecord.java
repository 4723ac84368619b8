package io.github.checkpointmanager.internal.read;

import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.internal.record.Payload;
import io.github.checkpointmanager.internal.record.StageRecord;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A valid record and where it is stored.
 *
 * @param key the key it was read from
 * @param record its payload may be described without bytes
 * @param version what a replace of exactly this record expects
 * @param lastModified when it was written, by the store's clock
 * @param storeTime the store's clock at the reading, where it can be trusted
 * @param size bytes of the whole object
 */
public record StoredRecord(
    String key,
    StageRecord record,
    Version version,
    Instant lastModified,
    Optional<Instant> storeTime,
    long size) {
  /** The same with its payload described only, so that the bytes need not be kept. */
  public StoredRecord withoutPayload() {
    Optional<Payload> described =
        record.payload().map(p -> new Payload(p.contentType(), p.length(), Optional.empty()));
    return new StoredRecord(
        key,
        new StageRecord(record.state(), record.headers(), described),
        version,
        lastModified,
        storeTime,
        size);
  }

  /** Why this valid record does not count as a stage's checkpoint; empty when it does. */
  public Optional<RecordException> whyNotCheckpointOf(String stage) {
    Optional<String> theirs = record.stage();
    if (theirs.isPresent() && !theirs.get().equals(stage)) {
      return Optional.of(
          new RecordException(
              RecordException.Kind.OTHER_STAGE,
              "the record says that it is of the stage '" + LogSafe.of(theirs.get()) + "'"));
    }
    return record.state() == State.COMPLETED
        ? Optional.empty()
        : Optional.of(
            new RecordException(
                RecordException.Kind.UNREADABLE,
                "the record's state is " + record.state() + ", which no checkpoint has"));
  }

  /** How old it is by the store's own clock, never negative. */
  public Optional<Duration> age() {
    return storeTime.map(
        now -> now.isBefore(lastModified) ? Duration.ZERO : Duration.between(lastModified, now));
  }
}
