package io.github.checkpointmanager.internal.save;

import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.store.Version;
import java.util.Optional;

/** How a write ended, when it is known. */
public sealed interface WriteOutcome {
  /**
   * The bytes are, or were, the current record.
   *
   * @param repaired whether they replaced a damaged record
   */
  record Written(Version version, boolean repaired) implements WriteOutcome {}

  /** A valid record of another writer is current; nothing was written. */
  record Occupied(StoredRecord by) implements WriteOutcome {}

  /**
   * A replace did not find the version it expected.
   *
   * @param now the current record; empty when there is none, or no valid one
   */
  record Superseded(Optional<StoredRecord> now) implements WriteOutcome {}
}
