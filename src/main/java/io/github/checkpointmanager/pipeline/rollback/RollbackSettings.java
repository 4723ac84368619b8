package io.github.checkpointmanager.pipeline.rollback;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan.RollbackStep;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The settings of a rollback. Immutable, its parts thread-safe.
 *
 * @param target the stage to go back to; empty for a rollback of everything
 * @param adopts whether records of other pipelines are undone too
 * @param lease of the journal and of claims
 * @param heartbeats whether both are renewed in the background
 * @param timing how it waits for another rollback
 */
record RollbackSettings(
    CheckpointManager checkpoints,
    Pipeline pipeline,
    String target,
    boolean leavesUndeclared,
    boolean adopts,
    Duration lease,
    boolean heartbeats,
    Timing timing,
    Consumer<RollbackStep> listener) {
  RollbackSettings to(String stage) {
    return new RollbackSettings(
        checkpoints,
        pipeline,
        stage,
        leavesUndeclared,
        adopts,
        lease,
        heartbeats,
        timing,
        listener);
  }

  RollbackSettings lasting(Duration duration) {
    return new RollbackSettings(
        checkpoints,
        pipeline,
        target,
        leavesUndeclared,
        adopts,
        duration,
        heartbeats,
        timing,
        listener);
  }

  RollbackSettings telling(Consumer<RollbackStep> value) {
    return new RollbackSettings(
        checkpoints, pipeline, target, leavesUndeclared, adopts, lease, heartbeats, timing, value);
  }

  RollbackSettings leavingUndeclared() {
    return new RollbackSettings(
        checkpoints, pipeline, target, true, adopts, lease, heartbeats, timing, listener);
  }

  RollbackSettings adopting() {
    return new RollbackSettings(
        checkpoints, pipeline, target, leavesUndeclared, true, lease, heartbeats, timing, listener);
  }

  RollbackSettings drivenBy(Timing value) {
    return new RollbackSettings(
        checkpoints, pipeline, target, leavesUndeclared, adopts, lease, false, value, listener);
  }

  JournalFile journal() {
    return new JournalFile(checkpoints, timing);
  }

  RollbackPlanner planner() {
    return new RollbackPlanner(checkpoints, pipeline, target, leavesUndeclared, adopts);
  }

  ClaimOptions claiming() {
    return heartbeats ? ClaimOptions.lease(lease) : ClaimOptions.untilDeadline(lease);
  }
}
