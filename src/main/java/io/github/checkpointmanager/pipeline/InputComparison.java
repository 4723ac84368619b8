package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.Checkpoint;
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
    Optional<Checkpoint> before,
    List<ComponentComparison> components,
    List<ComponentComparison> upstream) {
  public InputComparison {
    Objects.requireNonNull(decision, "decision");
    Objects.requireNonNull(before, "before");
    components = List.copyOf(components);
    upstream = List.copyOf(upstream);
  }
}
