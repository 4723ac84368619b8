package io.github.checkpointmanager.pipeline;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Why a stage would run or be skipped, and how what it depends on compares with a checkpoint of it.
 * Immutable.
 *
 * @param decision what a run would do
 * @param before the checkpoint that is compared; empty when there is none
 * @param components all components of the fingerprint, by name
 * @param upstream the checkpoints that the stage was or would be built on, by stage
 */
public record InputComparison(
    StageDecision decision,
    Optional<CheckpointFacts> before,
    List<Entry> components,
    List<Entry> upstream) {
  public InputComparison {
    Objects.requireNonNull(decision, "decision");
    Objects.requireNonNull(before, "before");
    components = List.copyOf(components);
    upstream = List.copyOf(upstream);
  }

  /**
   * One component or upstream stage, then and now. Immutable.
   *
   * @param name of the component or the stage
   * @param before the recorded value; empty when none was recorded
   * @param after the value now; empty when there is none, or when it could not be read
   */
  public record Entry(String name, Optional<String> before, Optional<String> after) {
    public Entry {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(before, "before");
      Objects.requireNonNull(after, "after");
    }

    public boolean isChanged() {
      return !before.equals(after);
    }
  }
}
