package io.github.checkpointmanager.pipeline;

import java.util.List;
import java.util.Objects;

/**
 * What a run does with one stage, and why. Immutable.
 *
 * @param stage the stage
 * @param action what it does
 * @param reasons why, the most important first; never empty
 * @param changes the components of its fingerprint that changed
 */
public record StageDecision(
    String stage, Action action, List<Reason> reasons, List<ComponentComparison> changes) {
  /** What a run does with a stage. */
  public enum Action {
    RUN,
    SKIP,
    /** It cannot run, and does not count as completed. */
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

  /** The code of the most important reason. */
  public Reason.Code code() {
    return reasons.get(0).code();
  }

  /**
   * The reasons in one sentence: {@code skipped: completed 2026-11-23T14:05:12Z by alice on
   * worker-7}.
   */
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
