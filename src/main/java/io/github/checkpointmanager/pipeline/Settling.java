package io.github.checkpointmanager.pipeline;

import java.time.Duration;
import java.util.Optional;

/** The ends that a stage may come to in a run. Pure. */
final class Settling {
  private Settling() {}

  static JobResult.Settled skipped(PipelineStage stage, Reason reason, UpstreamSeen view) {
    return new JobResult.Settled(
        new StageReport(
            stage.name(), StageOutcome.SKIPPED, reason, Duration.ZERO, 0, Optional.empty()),
        view);
  }

  static JobResult.Settled ran(
      PipelineStage stage, Reason reason, Duration took, long attempt, CheckpointFacts facts) {
    return new JobResult.Settled(
        new StageReport(stage.name(), StageOutcome.RAN, reason, took, attempt, Optional.empty()),
        UpstreamSeen.done(facts, null));
  }

  static JobResult.Settled failed(
      PipelineStage stage, Reason reason, Duration took, long attempt, Throwable failure) {
    return new JobResult.Settled(
        new StageReport(
            stage.name(), StageOutcome.FAILED, reason, took, attempt, Optional.of(failure)),
        UpstreamSeen.blocked(stage.name()));
  }

  /**
   * @param view blocked, or of a run that goes on without the record
   */
  static JobResult.Settled notSaved(
      PipelineStage stage,
      Reason reason,
      Duration took,
      long attempt,
      Optional<Throwable> failure,
      UpstreamSeen view) {
    return new JobResult.Settled(
        new StageReport(stage.name(), StageOutcome.NOT_SAVED, reason, took, attempt, failure),
        view);
  }

  static JobResult.Settled blocked(PipelineStage stage, Reason reason, Throwable failure) {
    return blocked(stage, reason, Optional.of(failure));
  }

  static JobResult.Settled blocked(PipelineStage stage, Reason reason) {
    return blocked(stage, reason, Optional.empty());
  }

  private static JobResult.Settled blocked(
      PipelineStage stage, Reason reason, Optional<Throwable> failure) {
    return new JobResult.Settled(
        new StageReport(stage.name(), StageOutcome.BLOCKED, reason, Duration.ZERO, 0, failure),
        UpstreamSeen.blocked(stage.name()));
  }
}
