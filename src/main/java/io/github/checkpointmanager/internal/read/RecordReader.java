package io.github.checkpointmanager.internal.read;

import io.github.checkpointmanager.internal.record.RecordCodec;
import io.github.checkpointmanager.internal.record.RecordCodec.Decoded;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoredObject;

/** Reads records. An object that fits into the head is verified whole. Thread-safe. */
public record RecordReader(CheckpointStore store) {
  /**
   * Reads and validates the head, at most 64 KiB. One request. The payload is described, and never
   * there: otherwise small payloads would be, and code that relies on them would fail with large
   * ones.
   */
  public Reading readHead(String key) {
    return store
        .readHead(key)
        .map(o -> interpret(o, RecordCodec.decodeHead(o.content(), o.totalSize())))
        .orElseGet(Reading.Absent::new);
  }

  /** Reads and verifies everything. One request. */
  public Reading readWhole(String key) {
    return store.read(key).map(RecordReader::interpret).orElseGet(Reading.Absent::new);
  }

  /** What an object's bytes are, with the payload if they are there whole. */
  public static Reading interpret(StoredObject object) {
    return interpret(
        object,
        object.isComplete()
            ? RecordCodec.decode(object.content())
            : RecordCodec.decodeHead(object.content(), object.totalSize()));
  }

  private static Reading interpret(StoredObject object, Decoded decoded) {
    if (decoded instanceof Decoded.Valid valid) {
      return new Reading.Found(
          new StoredRecord(
              valid.record(), object.version(), object.lastModified(), object.totalSize()),
          object);
    }
    return decoded instanceof Decoded.Unreadable unreadable
        ? new Reading.Unreadable(object, unreadable.reason())
        : new Reading.Damaged(object, ((Decoded.Damaged) decoded).reason());
  }
}
