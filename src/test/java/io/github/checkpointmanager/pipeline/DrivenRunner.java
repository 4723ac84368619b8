package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.internal.time.Timing;

/** Claimed runs on one thread, whose clocks are the test's: for the interleaving explorer. */
public final class DrivenRunner {
  private DrivenRunner() {}

  public static RunReport run(
      CheckpointManager checkpoints, Pipeline pipeline, ClaimOptions claim, Timing timing) {
    return PipelineRunner.of(checkpoints)
        .executor(Runnable::run)
        .parallelism(1)
        .claiming(claim)
        .timing(timing)
        .run(pipeline);
  }
}
