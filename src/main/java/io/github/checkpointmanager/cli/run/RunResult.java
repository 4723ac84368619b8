package io.github.checkpointmanager.cli.run;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.output.Problem;
import org.jspecify.annotations.Nullable;

/**
 * How {@code run} ended.
 *
 * @param exitCode what the command ends with
 * @param commandStatus what CMD ended with; null when it was not started
 * @param checkpoint the stage's checkpoint, from any writer
 * @param reason why CMD was run or not
 * @param claim what is known of the stage's claim
 */
public record RunResult(
    Outcome outcome,
    int exitCode,
    @Nullable Integer commandStatus,
    @Nullable Checkpoint checkpoint,
    String reason,
    @Nullable Problem problem,
    ClaimFacts claim) {

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
    /** CMD succeeded, but that could not be recorded. */
    NOT_RECORDED,
    /** CMD was not started. */
    NOT_STARTED,
    /** CMD was not started: another worker holds the stage, or it has failed too often. */
    BUSY,
    /** The claim was lost; CMD was stopped if it was still running, and nothing was saved. */
    CLAIM_LOST
  }

  /**
   * What is reported of the claim.
   *
   * @param attempt of this run's claim
   * @param fencingToken of this run's claim
   * @param holder who holds the stage instead
   */
  record ClaimFacts(
      @Nullable Long attempt, @Nullable Long fencingToken, @Nullable ClaimInfo holder) {
    static final ClaimFacts NONE = new ClaimFacts(null, null, null);

    static ClaimFacts held(Claim claim) {
      return new ClaimFacts(claim.attempt(), claim.fencingToken(), null);
    }
  }

  /** The same, with what is known of a claim. */
  RunResult with(ClaimFacts facts) {
    return new RunResult(outcome, exitCode, commandStatus, checkpoint, reason, problem, facts);
  }

  public Json.Fields json(String stage) {
    return Json.object()
        .put("stage", stage)
        .put("result", outcome)
        .put("ran", commandStatus != null)
        .put("reason", reason)
        .put("exitCode", exitCode)
        .put("commandStatus", commandStatus)
        .put("attempt", claim.attempt())
        .put("fencingToken", claim.fencingToken())
        .put("holder", claim.holder())
        .put("checkpoint", checkpoint)
        .put("error", problem);
  }
}
