package io.github.checkpointmanager.internal.read;

import io.github.checkpointmanager.internal.read.RecordException.Kind;
import io.github.checkpointmanager.store.StoredObject;
import java.util.Arrays;
import java.util.Optional;

/** What was found under a key. */
public sealed interface Reading {
  /** The store says that there is no such key. */
  record Absent() implements Reading {}

  /** A valid record. */
  record Found(StoredRecord stored, StoredObject object) implements Reading {}

  /** Bytes that are no valid record for this reader. */
  sealed interface Invalid extends Reading {
    StoredObject object();

    String reason();
  }

  /** Whole bytes that are no valid record. */
  record Damaged(StoredObject object, String reason) implements Invalid {}

  /** Perhaps a valid record, which this reader cannot read. Never repaired. */
  record Unreadable(StoredObject object, String reason) implements Invalid {}

  /** The stored object, whatever its bytes are; empty when absent. */
  default Optional<StoredObject> storedObject() {
    if (this instanceof Found found) {
      return Optional.of(found.object());
    }
    return this instanceof Invalid invalid ? Optional.of(invalid.object()) : Optional.empty();
  }

  /** Why this is no checkpoint of a stage; empty when it is one, or absent. */
  default Optional<RecordException> whyNotCheckpointOf(String stage) {
    if (this instanceof Found found) {
      return found.stored().whyNotCheckpointOf(stage);
    }
    return this instanceof Invalid invalid
        ? Optional.of(
            new RecordException(
                this instanceof Damaged ? Kind.DAMAGED : Kind.UNREADABLE, invalid.reason()))
        : Optional.empty();
  }

  /** Whether two readings gave the same damaged bytes of one version: only then is it damage. */
  static boolean isSameDamage(Reading first, Reading second) {
    return first instanceof Damaged one
        && second instanceof Damaged two
        && one.object().version().equals(two.object().version())
        && Arrays.equals(one.object().content(), two.object().content());
  }
}
