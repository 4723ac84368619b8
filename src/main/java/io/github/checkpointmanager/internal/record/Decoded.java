package io.github.checkpointmanager.internal.record;

/** What bytes turned out to be. */
public sealed interface Decoded {
  /** A valid record. */
  record Valid(StageRecord record) implements Decoded {}

  /** Whole bytes that are no valid record: never counts as completed, and may be repaired. */
  record Damaged(String reason) implements Decoded {}

  /**
   * Maybe a valid record, which this reader cannot read (a format it must refuse, no key): an
   * error, never repaired.
   */
  record Unreadable(String reason) implements Decoded {}
}
