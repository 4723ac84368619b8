package io.github.checkpointmanager.cli.run;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Problem;
import io.github.checkpointmanager.cli.output.Text;
import org.jspecify.annotations.Nullable;

/** Says on standard error what {@code run} does, and makes its result of it. */
public final class RunReporter {
  private final Output output;
  private final String stage;

  public RunReporter(Output output, String stage) {
    this.output = output;
    this.stage = stage;
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

  RunResult claimLost(Problem problem, int status, String reason) {
    output.failure(problem);
    return result(RunResult.Outcome.CLAIM_LOST, problem.exitCode(), status, null, reason, problem);
  }

  RunResult busy(Problem problem) {
    output.failure(problem);
    return notStarted(RunResult.Outcome.BUSY, problem);
  }

  /** A signal came before CMD was started. */
  RunResult stopped(Problem problem) {
    output.failure(problem);
    return notStarted(RunResult.Outcome.NOT_STARTED, problem);
  }

  /** Something failed before CMD was started, or kept it from being started. */
  public RunResult notStarted(RuntimeException failure) {
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
