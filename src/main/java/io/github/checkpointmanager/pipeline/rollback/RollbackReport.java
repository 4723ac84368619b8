package io.github.checkpointmanager.pipeline.rollback;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The outcome of a rollback. Immutable.
 *
 * @param plan what was planned
 * @param undone the stages that are no longer completed, in the order they were undone
 * @param failure where and why it stopped; empty when it finished
 */
public record RollbackReport(RollbackPlan plan, List<String> undone, Optional<Failure> failure) {
  public RollbackReport {
    Objects.requireNonNull(plan, "plan");
    undone = List.copyOf(undone);
    Objects.requireNonNull(failure, "failure");
  }

  /**
   * A failed compensation. The rollback stopped there, and the next rollback resumes there.
   *
   * @param stage the stage
   * @param attempt the number of the attempt
   * @param cause the exception
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
