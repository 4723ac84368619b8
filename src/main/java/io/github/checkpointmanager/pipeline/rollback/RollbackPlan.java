package io.github.checkpointmanager.pipeline.rollback;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a rollback will do. Immutable.
 *
 * @param target the stage to go back to; empty when everything is undone
 * @param steps in the order they will be taken: the last completed stage first
 * @param resumed whether it goes on with a rollback that was interrupted
 */
public record RollbackPlan(Optional<String> target, List<RollbackStep> steps, boolean resumed) {
  public RollbackPlan {
    Objects.requireNonNull(target, "target");
    steps = List.copyOf(steps);
  }
}
