package io.github.checkpointmanager.cli.run;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.ClaimLostException;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Problem;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.process.LeaseMonitor;
import io.github.checkpointmanager.cli.process.SignalForwarder;
import org.jspecify.annotations.Nullable;

/** Reports on standard error what {@code run} does, and makes its result. */
final class RunReporter {
  private final Output output;
  private final String stage;
  private final String location;

  RunReporter(Output output, String stage, String location) {
    this.output = output;
    this.stage = stage;
    this.location = location;
  }

  void running(String reason) {
    output.note("running " + stage + ": " + reason);
  }

  RunResult skipped(Checkpoint checkpoint) {
    String reason = "completed " + Text.completion(checkpoint);
    output.note("skipping " + stage + ": " + reason);
    return result(RunResult.Outcome.SKIPPED, ExitCodes.DONE, null, checkpoint, reason, null);
  }

  RunResult failed(int status, String reason) {
    output.note(stage + " was not saved: " + ending(status));
    return result(RunResult.Outcome.FAILED, status, status, null, reason, null);
  }

  /** Such as {@code the command ended with status 137 (signal 9)}. */
  static String ending(int status) {
    return "the command ended with status "
        + status
        + (status > ExitCodes.SIGNAL_BASE
            ? " (signal " + (status - ExitCodes.SIGNAL_BASE) + ")"
            : "");
  }

  RunResult recorded(SaveResult saved, String reason) {
    Checkpoint checkpoint = saved.checkpoint().orElseThrow();
    output.note(
        saved.isSaved()
            ? "saved " + stage
            : stage
                + " was completed meanwhile, "
                + Text.completion(checkpoint)
                + "; that checkpoint stands");
    return result(
        saved.isSaved() ? RunResult.Outcome.SAVED : RunResult.Outcome.ALREADY_SAVED,
        ExitCodes.DONE,
        ExitCodes.DONE,
        checkpoint,
        reason,
        null);
  }

  /** CMD has succeeded. */
  RunResult notRecorded(RuntimeException failure, String reason) {
    Problem problem = Problem.of(failure).afterSuccess(stage);
    output.failure(problem, failure);
    return result(
        RunResult.Outcome.NOT_RECORDED,
        ExitCodes.RUN_NOT_RECORDED,
        ExitCodes.DONE,
        null,
        reason,
        problem);
  }

  /** CMD was stopped. */
  RunResult claimLost(LeaseMonitor.Loss loss, int status, String reason) {
    return claimLost(
        "The claim of '" + stage + "' was lost, and the command was stopped",
        loss == LeaseMonitor.Loss.TAKEN
            ? "it was taken over, cleared or released by force"
            : "it could not be renewed before its lease ran out",
        status,
        reason);
  }

  /** CMD has succeeded. */
  RunResult claimLost(ClaimLostException e, String reason) {
    return claimLost(
        "The command succeeded, but the claim of '" + stage + "' was lost",
        e.why(),
        ExitCodes.DONE,
        reason);
  }

  private RunResult claimLost(String what, String why, int status, String reason) {
    Problem problem =
        problem(
            "claim_lost",
            ExitCodes.RUN_CLAIM_LOST,
            what,
            why,
            "Nothing was saved, and another worker may have begun; run it again to wait for its"
                + " result");
    output.failure(problem);
    return result(RunResult.Outcome.CLAIM_LOST, problem.exitCode(), status, null, reason, problem);
  }

  /** Another worker holds the stage. */
  RunResult busy(ClaimResult.Busy busy, boolean waited) {
    Problem problem =
        problem(
            "busy",
            ExitCodes.RUN_BUSY,
            "The stage '" + stage + "' is busy" + (waited ? " still" : ""),
            busy.reason(),
            waited
                ? "Wait longer (--wait-timeout), or run it again later"
                : "Wait for it (--on-busy wait), or run it again later");
    output.failure(problem);
    return notStarted(RunResult.Outcome.BUSY, problem)
        .with(new RunResult.ClaimFacts(null, null, busy.by().orElse(null)));
  }

  /** A signal came before CMD was started. */
  RunResult stopped(String signal) {
    Problem problem =
        problem(
            "interrupted",
            SignalForwarder.status(signal),
            "'" + stage + "' was not run",
            "the signal " + signal + " came before the command was started",
            "Run it again; it is not claimed by this run");
    output.failure(problem);
    return notStarted(RunResult.Outcome.NOT_STARTED, problem);
  }

  private Problem problem(String kind, int exitCode, String what, String why, String remedy) {
    return new Problem(kind, exitCode, location, stage, null, what, why, remedy);
  }

  /** Something failed before CMD was started, or kept it from being started. */
  static RunResult notStarted(Output output, RuntimeException failure) {
    Problem problem = Problem.of(failure);
    output.failure(problem, failure);
    return switch (problem.exitCode()) {
      case ExitCodes.RUN_NOT_EXECUTABLE, ExitCodes.RUN_NOT_FOUND ->
          notStarted(RunResult.Outcome.NOT_STARTED, problem);
      case ExitCodes.BUSY ->
          notStarted(RunResult.Outcome.BUSY, problem.withExitCode(ExitCodes.RUN_BUSY));
      default -> notStarted(RunResult.Outcome.NOT_STARTED, problem.withExitCode(ExitCodes.FAILED));
    };
  }

  private static RunResult notStarted(RunResult.Outcome outcome, Problem problem) {
    return result(outcome, problem.exitCode(), null, null, problem.what(), problem);
  }

  private static RunResult result(
      RunResult.Outcome outcome,
      int exitCode,
      @Nullable Integer commandStatus,
      @Nullable Checkpoint checkpoint,
      String reason,
      @Nullable Problem problem) {
    return new RunResult(
        outcome, exitCode, commandStatus, checkpoint, reason, problem, RunResult.ClaimFacts.NONE);
  }
}
