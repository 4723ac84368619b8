package io.github.checkpointmanager.cli.run;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Problem;
import org.jspecify.annotations.Nullable;

/**
 * How {@code run} ended; the document of its result file.
 *
 * @param ran whether CMD was started
 * @param reason why CMD was run or not
 * @param exitCode what the command ends with
 * @param commandStatus what CMD ended with; null when it was not started
 * @param attempt of this run's claim
 * @param fencingToken of this run's claim
 * @param holder who holds the stage instead
 * @param checkpoint the stage's checkpoint, from any writer
 */
public record RunResult(
    String stage,
    Outcome result,
    boolean ran,
    String reason,
    int exitCode,
    @Nullable Integer commandStatus,
    @Nullable Long attempt,
    @Nullable Long fencingToken,
    @Nullable ClaimInfo holder,
    @Nullable Checkpoint checkpoint,
    @Nullable Problem error) {

  /** The ways in which a run ends; in lower case they are part of the JSON. */
  enum Outcome {
    /** The stage was completed already; CMD was not run. */
    SKIPPED,
    /** CMD succeeded and this run's checkpoint is the stage's. */
    SAVED,
    /** CMD succeeded; another worker had completed the stage meanwhile. */
    ALREADY_SAVED,
    /** CMD failed; nothing was saved. */
    FAILED,
    /** CMD ended with 0 after a signal had told it to stop; nothing was saved. */
    STOPPED,
    /** CMD succeeded, but that could not be recorded. */
    NOT_RECORDED,
    /** CMD was not started. */
    NOT_STARTED,
    /** CMD was not started: another worker holds the stage, or it has failed too often. */
    BUSY,
    /** The claim was lost; CMD was stopped if it was still running, and nothing was saved. */
    CLAIM_LOST
  }

  static RunResult notStarted(String stage, Problem problem, @Nullable ClaimInfo holder) {
    return new RunResult(
        stage,
        problem.exitCode() == ExitCodes.RUN_BUSY ? Outcome.BUSY : Outcome.NOT_STARTED,
        false,
        problem.what(),
        problem.exitCode(),
        null,
        null,
        null,
        holder,
        null,
        problem);
  }
}
