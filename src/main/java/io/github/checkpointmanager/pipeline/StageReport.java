package io.github.checkpointmanager.pipeline;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What became of one stage in one run. Immutable.
 *
 * @param stage the stage
 * @param outcome in one word
 * @param reason why, with a sentence
 * @param duration how long its task ran; zero when it did not
 * @param attempt of its claim; 0 without a claim, or when its task did not run
 * @param failure what its task threw, or what the store did; one that offers to send the same bytes
 *     again is an {@code OutcomeUnknownException}
 */
public record StageReport(
    String stage,
    StageOutcome outcome,
    Reason reason,
    Duration duration,
    long attempt,
    Optional<Throwable> failure) {
  public StageReport {
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(duration, "duration");
    Objects.requireNonNull(failure, "failure");
  }

  /** Whether the stage has a checkpoint that counts. */
  public boolean isCompleted() {
    return outcome == StageOutcome.RAN || outcome == StageOutcome.SKIPPED;
  }
}
