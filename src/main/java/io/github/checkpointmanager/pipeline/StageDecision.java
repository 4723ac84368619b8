package io.github.checkpointmanager.pipeline;

import java.util.List;
import java.util.Objects;

/**
 * What is to be done with one stage, and why. Immutable.
 *
 * @param stage the stage
 * @param action run it, skip it, or neither
 * @param reasons why, the weightiest first; never empty
 * @param changes the components of its fingerprint that changed
 */
public record StageDecision(
    String stage, Action action, List<Reason> reasons, List<ComponentComparison> changes) {
  /** What is to be done with a stage. */
  public enum Action {
    RUN,
    SKIP,
    /** It cannot be run, and does not count as completed: something stands in the way. */
    BLOCKED
  }

  public StageDecision {
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(action, "action");
    reasons = List.copyOf(reasons);
    changes = List.copyOf(changes);
    if (reasons.isEmpty()) {
      throw new IllegalArgumentException("a decision needs a reason");
    }
  }

  /** The weightiest reason. */
  public Reason.Code code() {
    return reasons.get(0).code();
  }

  /** The reasons in words: {@code skipped: completed 2026-11-23T14:05:12Z by alice on worker-7}. */
  public String sentence() {
    String prefix =
        switch (action) {
          case RUN -> "runs: ";
          case SKIP -> "skipped: ";
          case BLOCKED -> "blocked: ";
        };
    return prefix + String.join("; ", reasons.stream().map(Reason::sentence).toList());
  }
}
