package io.github.checkpointmanager.protocol;

import io.github.checkpointmanager.store.StoredObject;

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
}
