package io.github.checkpointmanager.cli.run;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimLostException;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Problem;
import io.github.checkpointmanager.cli.process.LeaseMonitor;
import io.github.checkpointmanager.cli.process.SignalForwarder;
import org.jspecify.annotations.Nullable;

/** Reports on standard error what {@code run} does, and makes its result. */
final class RunReporter {
  private final Output output;
  private final String stage;
  private final String location;
  private @Nullable Claim claim;
  private String reason = "";

  RunReporter(Output output, String stage, String location) {
    this.output = output;
    this.stage = stage;
    this.location = location;
  }

  /**
   * CMD is about to be started.
   *
   * @param why also of what comes of it
   * @param held the claim under which it runs, if any
   */
  void running(String why, @Nullable Claim held) {
    reason = why;
    claim = held;
    String attempt = held == null ? "" : " (attempt " + held.attempt() + ")";
    output.note("running " + stage + ": " + why + attempt);
  }

  RunResult skipped(Checkpoint checkpoint) {
    reason = "completed " + checkpoint.completion();
    output.note("skipping " + stage + ": " + reason);
    return result(RunResult.Outcome.SKIPPED, null, checkpoint, null);
  }

  RunResult failed(int status) {
    output.note(stage + " was not saved: the command " + ExitCodes.ending(status));
    return result(RunResult.Outcome.FAILED, status, null, null);
  }

  /** CMD has ended with 0 after it was told to stop. */
  RunResult stoppedWithSuccess(String signal) {
    Problem problem =
        reported(
            "interrupted",
            SignalForwarder.status(signal),
            "'" + stage + "' was not saved",
            "the signal "
                + signal
                + " told the command to stop, and its status 0 does not say that its work is done",
            "If it is done, save it (checkpoint save); a command that ends with 0 only then can be"
                + " run with --stop-ok");
    return result(RunResult.Outcome.STOPPED, ExitCodes.DONE, null, problem);
  }

  RunResult recorded(SaveResult saved) {
    Checkpoint checkpoint = saved.checkpoint().orElseThrow();
    RunResult.Outcome outcome = RunResult.Outcome.SAVED;
    if (saved.isSaved()) {
      output.note("saved " + stage + " in " + location);
    } else {
      outcome = RunResult.Outcome.ALREADY_SAVED;
      String winner = checkpoint.completion() + "; that checkpoint is current";
      output.note(stage + " was completed meanwhile, " + winner);
    }
    return result(outcome, ExitCodes.DONE, checkpoint, null);
  }

  /** CMD has succeeded. */
  RunResult notRecorded(RuntimeException failure) {
    Problem problem = Problem.of(failure).afterSuccess(stage);
    output.failure(problem, failure);
    return result(RunResult.Outcome.NOT_RECORDED, ExitCodes.DONE, null, problem);
  }

  /** CMD was stopped. */
  RunResult claimLost(LeaseMonitor.Loss loss, int status) {
    return claimLost(
        "The claim of '" + stage + "' was lost, and the command was stopped",
        loss == LeaseMonitor.Loss.TAKEN
            ? "it was taken over, cleared or released by force"
            : "it could not be renewed before its lease ran out",
        status);
  }

  /** CMD has succeeded. */
  RunResult claimLost(ClaimLostException e) {
    return claimLost(
        "The command succeeded, but the claim of '" + stage + "' was lost",
        e.why(),
        ExitCodes.DONE);
  }

  private RunResult claimLost(String what, String why, int status) {
    Problem problem =
        reported(
            "claim_lost",
            ExitCodes.RUN_CLAIM_LOST,
            what,
            why,
            "Nothing was saved, and another worker may have begun; run it again to wait for its"
                + " result");
    return result(RunResult.Outcome.CLAIM_LOST, status, null, problem);
  }

  /** Another worker holds the stage. */
  RunResult busy(ClaimResult.Busy busy, boolean waited) {
    Problem problem =
        reported(
            "busy",
            ExitCodes.RUN_BUSY,
            "The stage '" + stage + "' is busy" + (waited ? " still" : ""),
            busy.reason(),
            waited
                ? "Wait longer (--wait-timeout), or run it again later"
                : "Wait for it (--on-busy wait), or run it again later");
    return RunResult.notStarted(stage, problem, busy.by().orElse(null));
  }

  /** A rollback of the location is not over. */
  RunResult rolledBack() {
    Problem problem =
        reported(
            "busy",
            ExitCodes.RUN_BUSY,
            "The stage '" + stage + "' was not run",
            "a rollback of this location is under way or was interrupted",
            "Wait until it has finished; one that was interrupted is finished by `checkpoint"
                + " rollback`, or given up by `checkpoint rollback --abandon`");
    return RunResult.notStarted(stage, problem, null);
  }

  /** A signal came before CMD was started. */
  RunResult stopped(String signal) {
    Problem problem =
        reported(
            "interrupted",
            SignalForwarder.status(signal),
            "'" + stage + "' was not run",
            "the signal " + signal + " came before the command was started",
            "Run it again; it is not claimed by this run");
    return RunResult.notStarted(stage, problem, null);
  }

  private Problem reported(String kind, int exitCode, String what, String why, String remedy) {
    Problem problem = Problem.of(kind, exitCode, what, why, remedy).at(location, stage);
    output.failure(problem);
    return problem;
  }

  /** The command ends with the problem's status, else with CMD's. */
  private RunResult result(
      RunResult.Outcome outcome,
      @Nullable Integer commandStatus,
      @Nullable Checkpoint checkpoint,
      @Nullable Problem problem) {
    int own = commandStatus == null ? ExitCodes.DONE : commandStatus;
    return new RunResult(
        stage,
        outcome,
        commandStatus != null,
        reason,
        problem == null ? own : problem.exitCode(),
        commandStatus,
        claim == null ? null : claim.attempt(),
        claim == null ? null : claim.fencingToken(),
        null,
        checkpoint,
        problem);
  }
}
