package io.github.checkpointmanager.internal.read;

import io.github.checkpointmanager.internal.record.RecordCodec;
import io.github.checkpointmanager.internal.record.RecordCodec.Decoded;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoredObject;

/**
 * Reads records. An object that fits into the head is verified whole, since its bytes are here
 * anyway. Thread-safe.
 */
public final class RecordReader {
  private final CheckpointStore store;

  public RecordReader(CheckpointStore store) {
    this.store = store;
  }

  /**
   * Reads and validates the head, at most 64 KiB. One request. The payload is described, and never
   * there: otherwise small payloads would be, and code that relies on them would fail with large
   * ones.
   */
  public Reading readHead(String key) {
    return store
        .readHead(key)
        .map(o -> interpret(key, o, RecordCodec.decodeHead(o.content(), o.totalSize())))
        .orElseGet(Reading.Absent::new);
  }

  /** Reads and verifies everything. One request. */
  public Reading readWhole(String key) {
    return store.read(key).map(o -> interpret(key, o)).orElseGet(Reading.Absent::new);
  }

  /** What an object's bytes are, with the payload if they are there whole. */
  public static Reading interpret(String key, StoredObject object) {
    return interpret(
        key,
        object,
        object.isComplete()
            ? RecordCodec.decode(object.content())
            : RecordCodec.decodeHead(object.content(), object.totalSize()));
  }

  private static Reading interpret(String key, StoredObject object, Decoded decoded) {
    if (decoded instanceof Decoded.Valid valid) {
      return new Reading.Found(
          new StoredRecord(
              key,
              valid.record(),
              object.version(),
              object.lastModified(),
              object.storeTime(),
              object.totalSize()),
          object);
    }
    if (decoded instanceof Decoded.Unreadable unreadable) {
      return new Reading.Unreadable(object, unreadable.reason());
    }
    return new Reading.Damaged(object, ((Decoded.Damaged) decoded).reason());
  }
}
