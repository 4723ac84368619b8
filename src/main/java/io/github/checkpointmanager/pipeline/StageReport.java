package io.github.checkpointmanager.pipeline;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * The outcome of one stage in one run. Immutable.
 *
 * @param stage the stage
 * @param outcome in one word
 * @param reason why, with a sentence
 * @param duration how long its task ran; zero when it did not run
 * @param attempt of its claim; 0 without a claim, or when its task did not run
 * @param failure the exception of its task or of the store; an {@code OutcomeUnknownException} can
 *     send the same bytes again
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

  /** Whether the stage is completed. */
  public boolean isCompleted() {
    return outcome == StageOutcome.RAN || outcome == StageOutcome.SKIPPED;
  }

  /** The outcome of a stage in one run. */
  public enum StageOutcome {
    /** Its task ran here, and it is completed. */
    RAN,
    /** It was completed before, or another worker completed it during the run. */
    SKIPPED,
    /** Its task threw, or did not make a declared output. */
    FAILED,
    /** Its task succeeded, but its checkpoint was not saved. */
    NOT_SAVED,
    /**
     * It is not completed here: usually a stage before it is not, and it did not run. Or another
     * worker completed it during the run from other inputs; then it may have run.
     */
    BLOCKED
  }
}
