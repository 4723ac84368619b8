package io.github.checkpointmanager.internal.restore;

import io.github.checkpointmanager.internal.claim.ObservedClaim;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.save.RecordWrite;
import io.github.checkpointmanager.store.Version;
import java.util.Optional;

/** What is to be done so that an earlier record is the current one again. */
public sealed interface RestorePlan {
  /**
   * One conditional write.
   *
   * @param write the earlier record, restored
   * @param original the earlier record
   * @param over the version that is replaced; empty when there is no valid one, and the write
   *     creates
   * @param current what is replaced
   */
  record Write(
      RecordWrite write,
      StoredRecord original,
      Optional<Version> over,
      Optional<StoredRecord> current)
      implements RestorePlan {}

  /** Nothing: that record, or one that was restored from it, is current. */
  record AlreadyThere(StoredRecord current) implements RestorePlan {}

  /** Nothing yet: a worker is executing the stage, which is not completed. */
  record Busy(ObservedClaim claim) implements RestorePlan {}
}
