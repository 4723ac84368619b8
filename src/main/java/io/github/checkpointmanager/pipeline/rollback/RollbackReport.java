package io.github.checkpointmanager.pipeline.rollback;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What became of a rollback. Immutable.
 *
 * @param plan what was to be done
 * @param undone the stages that are no longer completed, in the order they were undone
 * @param failure where and why it stopped; empty when it came to its end
 */
public record RollbackReport(RollbackPlan plan, List<String> undone, Optional<Failure> failure) {
  public RollbackReport {
    Objects.requireNonNull(plan, "plan");
    undone = List.copyOf(undone);
    Objects.requireNonNull(failure, "failure");
  }

  /**
   * A compensation that failed: the rollback stopped there, and goes on there when it is run again.
   *
   * @param stage whose compensation
   * @param attempt which attempt it was
   * @param cause what it threw
   */
  public record Failure(String stage, long attempt, Throwable cause) {
    public Failure {
      Objects.requireNonNull(stage, "stage");
      Objects.requireNonNull(cause, "cause");
    }
  }

  public boolean isComplete() {
    return failure.isEmpty();
  }
}
