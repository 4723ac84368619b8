package io.github.checkpointmanager.pipeline.rollback;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.pipeline.Pipeline;
import java.time.Duration;

/** Rollbacks without heartbeats, whose clocks are the test's: for the interleaving explorer. */
public final class DrivenRollback {
  private DrivenRollback() {}

  public static RollbackReport run(
      CheckpointManager checkpoints, Pipeline pipeline, Duration lease, Timing timing) {
    return Rollback.of(checkpoints, pipeline).lease(lease).drivenBy(timing).run();
  }
}
