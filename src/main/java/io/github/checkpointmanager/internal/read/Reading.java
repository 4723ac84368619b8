package io.github.checkpointmanager.internal.read;

import io.github.checkpointmanager.store.StoredObject;
import java.util.Arrays;
import java.util.Optional;

/** What was found under a key. */
public sealed interface Reading {
  /** The store says that there is no such key. */
  record Absent() implements Reading {}

  /** A valid record. */
  record Found(StoredRecord stored, StoredObject object) implements Reading {}

  /** Whole bytes that are no valid record of this stage. */
  record Damaged(StoredObject object, String reason) implements Reading {}

  /** Perhaps a valid record, which this reader cannot read. Never repaired. */
  record Unreadable(StoredObject object, String reason) implements Reading {}

  /** Why the bytes are no valid record for this reader; empty when absent or valid. */
  default Optional<String> whyInvalid() {
    return this instanceof Damaged damaged
        ? Optional.of(damaged.reason)
        : this instanceof Unreadable unreadable ? Optional.of(unreadable.reason) : Optional.empty();
  }

  /** The stored object, whatever its bytes are; empty when absent. */
  default Optional<StoredObject> storedObject() {
    if (this instanceof Found found) {
      return Optional.of(found.object());
    }
    if (this instanceof Damaged damaged) {
      return Optional.of(damaged.object());
    }
    return this instanceof Unreadable unreadable
        ? Optional.of(unreadable.object())
        : Optional.empty();
  }

  /** Whether two readings gave the same bad bytes of one version: only then is it damage. */
  static boolean isSameDamage(Reading first, Reading second) {
    return first instanceof Damaged one
        && second instanceof Damaged two
        && one.object().version().equals(two.object().version())
        && Arrays.equals(one.object().content(), two.object().content());
  }
}
