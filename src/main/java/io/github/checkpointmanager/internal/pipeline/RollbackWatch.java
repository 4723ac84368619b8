package io.github.checkpointmanager.internal.pipeline;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.LocationDocument.Name;
import io.github.checkpointmanager.pipeline.Reason;
import java.util.Optional;

/**
 * Keeps a claimed run from working beside a rollback, or on what one has undone. A rollback starts
 * its journal and then reads the claims; a run claims and then looks here. Thread-safe.
 */
final class RollbackWatch {
  private final CheckpointManager checkpoints;
  private final SeenRollback atStart;
  private volatile Optional<Reason> found = Optional.empty();

  /**
   * @param atStart read before the records on which the run rests
   */
  RollbackWatch(CheckpointManager checkpoints, SeenRollback atStart) {
    this.checkpoints = checkpoints;
    this.atStart = atStart;
  }

  /** Why no stage may begin, after a claimed stage has found a rollback. No request. */
  Optional<Reason> found() {
    return found;
  }

  /** Looks for a rollback, under the claim of a stage. 1 GET. */
  Optional<Reason> look() {
    if (found.isEmpty()) {
      found = atStart.since(SeenRollback.of(checkpoints.document(Name.ROLLBACK_JOURNAL).read()));
    }
    return found;
  }
}
