package io.github.checkpointmanager.internal.pipeline;

import io.github.checkpointmanager.AttemptsExhaustedException;
import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.internal.process.NoAttemptException;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.Reason.Code;
import io.github.checkpointmanager.pipeline.StageReport;
import io.github.checkpointmanager.pipeline.StageReport.StageOutcome;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The result of one turn of a stage. */
sealed interface TurnResult {
  String stage();

  /** The stage has its outcome. */
  record Settled(StageReport report, UpstreamState upstream) implements TurnResult {
    @Override
    public String stage() {
      return report.stage();
    }
  }

  /**
   * Another worker executes the stage, or the store did not answer: to be tried again later.
   *
   * @param whom for whom it waits
   * @param reason in words
   * @param pause how long to wait before the next turn
   */
  record Deferred(String stage, String whom, String reason, Duration pause) implements TurnResult {}

  static Settled skipped(String stage, Reason reason, Checkpoint checkpoint) {
    return notRun(stage, StageOutcome.SKIPPED, reason, null, UpstreamState.done(checkpoint));
  }

  static Settled blocked(String stage, Reason reason, @Nullable Throwable failure) {
    return notRun(stage, StageOutcome.BLOCKED, reason, failure, UpstreamState.blocked(stage));
  }

  static Settled failed(String stage, Reason reason, Throwable failure) {
    return notRun(stage, StageOutcome.FAILED, reason, failure, UpstreamState.blocked(stage));
  }

  private static Settled notRun(
      String stage,
      StageOutcome outcome,
      Reason reason,
      @Nullable Throwable failure,
      UpstreamState upstream) {
    return new Settled(
        new StageReport(stage, outcome, reason, Duration.ZERO, 0, Optional.ofNullable(failure)),
        upstream);
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
    static Reason before(Code code, CheckpointException failure) {
      return new Reason(code, described(failure));
    }

    /**
     * It has failed as often as it may. Without the remedy, which is another one in each interface;
     * the exception has Java's.
     */
    static Reason exhausted(AttemptsExhaustedException failure) {
      return new Reason(Code.ATTEMPTS_EXHAUSTED, LogSafe.of(failure.what() + ": " + failure.why()));
    }

    static Reason notSaved(Throwable failure) {
      return new Reason(
          Code.NOT_SAVED,
          "its task succeeded, but its checkpoint was not saved: " + described(failure));
    }

    /** Another pipeline's checkpoint is current. */
    static Reason otherPipeline(Checkpoint theirs) {
      return new Reason(
          Code.OTHER_PIPELINE,
          "the pipeline "
              + LogSafe.quoted(theirs.pipeline().orElseThrow())
              + " completed a stage of the same name in the meantime, and its checkpoint is"
              + " current: "
              + theirs.completion());
    }

    /** The task succeeded, and another worker's checkpoint of other work is current. */
    static Reason otherInputs(Checkpoint theirs) {
      return new Reason(
          Code.OTHER_INPUTS,
          "its task succeeded, but another worker completed it in the meantime from other inputs,"
              + " and that checkpoint is current: "
              + theirs.completion());
    }

    /** Another worker has held it for longer than the run waits. */
    static Reason busy(String holding, Duration waited) {
      return new Reason(
          Code.BUSY,
          holding
              + "; the run has waited for "
              + waited.toSeconds()
              + " s, and waits longer if it is told to (--wait-timeout, waitAtMost)");
    }

    /** Its command was not started, or was stopped. */
    static Reason noAttempt(NoAttemptException failure) {
      return new Reason(
          failure.isStopped() ? Code.INTERRUPTED : Code.NOT_STARTED,
          String.valueOf(failure.getMessage()));
    }

    static Reason interrupted() {
      return new Reason(Code.INTERRUPTED, "the run was interrupted");
    }

    private static String described(Throwable failure) {
      String message = failure.getMessage();
      if (failure instanceof CheckpointException) {
        return LogSafe.of(String.valueOf(message));
      }
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
