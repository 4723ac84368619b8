package io.github.checkpointmanager.internal.save;

import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.store.Version;
import java.util.Optional;

/** How a write ended, when it is known. */
public sealed interface WriteOutcome {
  /**
   * The bytes stand, or stood, under the key.
   *
   * @param repaired whether they replaced a damaged record
   */
  record Written(Version version, boolean repaired) implements WriteOutcome {}

  /** A valid record of somebody else stands there; nothing was written. */
  record Occupied(StoredRecord by) implements WriteOutcome {}

  /**
   * A replace did not find the version it expected.
   *
   * @param now what stands there instead; empty when nothing does, or nothing valid
   */
  record Superseded(Optional<StoredRecord> now) implements WriteOutcome {}
}
