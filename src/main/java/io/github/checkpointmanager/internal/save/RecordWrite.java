package io.github.checkpointmanager.internal.save;

import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.RecordCodec;
import io.github.checkpointmanager.internal.record.StageRecord;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** One logical write: one write id, and the same bytes however often they are sent. */
@SuppressWarnings("ArrayRecordComponent") // encoded once, sent as often as needed
public record RecordWrite(String key, StageRecord record, byte[] bytes) {
  /** Encodes a record that has a write id; refuses what {@link RecordCodec#encode} refuses. */
  public static RecordWrite of(String key, StageRecord record) {
    if (record.writeId().isEmpty()) {
      throw new IllegalArgumentException("a record is written with a write id only");
    }
    return new RecordWrite(key, record, RecordCodec.encode(record));
  }

  /** The record as stored, with the writer's time: the store's would cost a request. */
  public StoredRecord stored(Version version) {
    Instant time = record.instant(Header.RESTORED_AT).or(record::timestamp).orElse(Instant.EPOCH);
    return new StoredRecord(record, version, time, bytes.length);
  }

  /**
   * Makes sure that an object with this write's id has its bytes.
   *
   * @throws RecordException {@code CLONED}
   */
  public void requireExactly(StoredObject object) {
    if (!isExactly(object)) {
      throw new RecordException(
          RecordException.Kind.CLONED,
          "a record with the same write id and other content is current; two machines drew the"
              + " same random bits, as clones of one memory image do");
    }
  }

  /** Whether an object, or the head of one, has exactly the bytes of this write. */
  private boolean isExactly(StoredObject object) {
    byte[] seen = object.content();
    return object.totalSize() == bytes.length
        && seen.length >= Math.min(bytes.length, CheckpointStore.HEAD_BYTES)
        && seen.length <= bytes.length
        && Arrays.equals(seen, 0, seen.length, bytes, 0, seen.length);
  }

  public boolean hasPayload() {
    return record.payload().isPresent();
  }

  /** Whether a record carries this write's id. */
  public boolean hasSameId(StageRecord other) {
    return other.writeId().equals(record.writeId());
  }

  /** How a write ended, when it is known. */
  public sealed interface WriteOutcome {
    /** The bytes are, or were, the current record; perhaps they have replaced a damaged one. */
    record Written(Version version, boolean repaired) implements WriteOutcome {}

    /** A valid record of another writer is current; nothing was written. */
    record Occupied(StoredRecord by) implements WriteOutcome {}

    /** A replace did not find the version it expected; empty when no valid record is current. */
    record Superseded(Optional<StoredRecord> now) implements WriteOutcome {}
  }
}
