package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.internal.time.Timing;

/** Claimed runs on one thread, whose clocks are the test's: for the interleaving explorer. */
public final class DrivenRunner {
  private DrivenRunner() {}

  public static RunReport run(
      CheckpointManager checkpoints, Pipeline pipeline, ClaimOptions claim, Timing timing) {
    return run(checkpoints, pipeline, claim, PlanOptions.standard(), timing);
  }

  /** As {@link #run(CheckpointManager, Pipeline, ClaimOptions, Timing)}, by another policy. */
  public static RunReport run(
      CheckpointManager checkpoints,
      Pipeline pipeline,
      ClaimOptions claim,
      PlanOptions options,
      Timing timing) {
    return PipelineRunner.of(checkpoints)
        .options(options)
        .executor(Runnable::run)
        .parallelism(1)
        .claiming(claim)
        .timing(timing)
        .run(pipeline);
  }
}
