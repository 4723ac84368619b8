package io.github.checkpointmanager.internal.pipeline.run;

import io.github.checkpointmanager.AttemptsExhaustedException;
import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.internal.pipeline.plan.UpstreamState;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.Reason.Code;
import io.github.checkpointmanager.pipeline.StageReport;
import io.github.checkpointmanager.pipeline.StageReport.StageOutcome;
import java.time.Duration;
import java.util.Optional;

/** The result of one turn of a stage. */
sealed interface TurnResult {
  /** The stage has its outcome. */
  record Settled(StageReport report, UpstreamState upstream) implements TurnResult {}

  /**
   * Another worker executes the stage, or the store did not answer: to be tried again later.
   *
   * @param whom for whom it waits
   * @param reason in words
   * @param pause how long to wait before the next turn
   */
  record Deferred(String whom, String reason, Duration pause) implements TurnResult {}

  static Settled skipped(PipelineStage stage, Reason reason, UpstreamState upstream) {
    return new Settled(
        new StageReport(
            stage.name(), StageOutcome.SKIPPED, reason, Duration.ZERO, 0, Optional.empty()),
        upstream);
  }

  static Settled ran(
      PipelineStage stage, Reason reason, Duration took, long attempt, Checkpoint checkpoint) {
    return new Settled(
        new StageReport(stage.name(), StageOutcome.RAN, reason, took, attempt, Optional.empty()),
        UpstreamState.done(checkpoint, null));
  }

  static Settled failed(
      PipelineStage stage, Reason reason, Duration took, long attempt, Throwable failure) {
    return new Settled(
        new StageReport(
            stage.name(), StageOutcome.FAILED, reason, took, attempt, Optional.of(failure)),
        UpstreamState.blocked(stage.name()));
  }

  /** The task succeeded and has no checkpoint: nothing runs after the stage. */
  static Settled notSaved(
      PipelineStage stage, Reason reason, Duration took, long attempt, Throwable failure) {
    return new Settled(
        new StageReport(
            stage.name(), StageOutcome.NOT_SAVED, reason, took, attempt, Optional.of(failure)),
        UpstreamState.blocked(stage.name()));
  }

  /**
   * The task succeeded, and under {@code FailureMode.BEST_EFFORT} the run goes on without record.
   */
  static Settled unsaved(
      PipelineStage stage,
      Reason reason,
      Duration took,
      long attempt,
      Optional<Throwable> failure) {
    return new Settled(
        new StageReport(stage.name(), StageOutcome.NOT_SAVED, reason, took, attempt, failure),
        UpstreamState.running(null));
  }

  static Settled blocked(PipelineStage stage, Reason reason) {
    return blocked(stage, reason, Optional.empty());
  }

  static Settled blocked(PipelineStage stage, Reason reason, Throwable failure) {
    return blocked(stage, reason, Optional.of(failure));
  }

  private static Settled blocked(PipelineStage stage, Reason reason, Optional<Throwable> failure) {
    return new Settled(
        new StageReport(stage.name(), StageOutcome.BLOCKED, reason, Duration.ZERO, 0, failure),
        UpstreamState.blocked(stage.name()));
  }

  /** The reasons of failures in a run. Pure. */
  static final class RunFailures {
    private static final int LONGEST_MESSAGE = 500;

    private RunFailures() {}

    /** A task's own failure. */
    static Reason ofTask(Throwable failure) {
      return new Reason(Code.TASK_FAILED, "its task failed: " + described(failure));
    }

    /** A failure before the task began. */
    static Reason before(CheckpointException failure) {
      return failure instanceof AttemptsExhaustedException
          ? new Reason(Code.ATTEMPTS_EXHAUSTED, described(failure))
          : new Reason(Code.STORE_FAILED, described(failure));
    }

    static Reason notSaved(Throwable failure) {
      return new Reason(
          Code.NOT_SAVED,
          "its task succeeded, but its checkpoint was not saved: " + described(failure));
    }

    static Reason interrupted() {
      return new Reason(Code.INTERRUPTED, "the run was interrupted");
    }

    private static String described(Throwable failure) {
      if (failure instanceof CheckpointException) {
        return LogSafe.of(String.valueOf(failure.getMessage()));
      }
      String message = failure.getMessage();
      if (message == null) {
        return failure.getClass().getName();
      }
      String shown =
          message.length() <= LONGEST_MESSAGE
              ? message
              : message.substring(0, LONGEST_MESSAGE) + "…";
      return failure.getClass().getName() + ": " + LogSafe.of(shown);
    }
  }
}
