package io.github.checkpointmanager.pipeline.rollback;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a rollback will do. Immutable.
 *
 * @param target the stage to go back to; empty when everything is undone
 * @param steps in order: the last stage of the pipeline first
 * @param resumed whether it resumes an interrupted rollback
 */
public record RollbackPlan(Optional<String> target, List<RollbackStep> steps, boolean resumed) {
  public RollbackPlan {
    Objects.requireNonNull(target, "target");
    steps = List.copyOf(steps);
  }
}
