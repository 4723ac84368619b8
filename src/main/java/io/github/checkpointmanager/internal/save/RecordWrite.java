package io.github.checkpointmanager.internal.save;

import io.github.checkpointmanager.internal.record.RecordCodec;
import io.github.checkpointmanager.internal.record.StageRecord;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoredObject;
import java.util.Arrays;

/**
 * One logical write: one write id, and the same bytes however often they are sent.
 *
 * @param key where to
 * @param record has a write id
 * @param bytes the record, encoded once
 */
@SuppressWarnings("ArrayRecordComponent") // encoded once, sent as often as needed
public record RecordWrite(String key, StageRecord record, byte[] bytes) {
  /**
   * Encodes a record for writing.
   *
   * @throws IllegalArgumentException when the record cannot be written, see {@link
   *     RecordCodec#encode}
   */
  public static RecordWrite of(String key, StageRecord record) {
    if (record.writeId().isEmpty()) {
      throw new IllegalArgumentException("a record is written with a write id only");
    }
    return new RecordWrite(key, record, RecordCodec.encode(record));
  }

  /** Whether an object, or the head of one, has exactly the bytes of this write. */
  boolean isExactly(StoredObject object) {
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
}
