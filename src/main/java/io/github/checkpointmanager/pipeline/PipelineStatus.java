package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.StageState;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The states of a pipeline's stages, derived from its declaration and the records. Immutable.
 *
 * @param pipeline its name
 * @param stages in an order in which they can run
 */
public record PipelineStatus(String pipeline, List<Entry> stages) {
  public PipelineStatus {
    Objects.requireNonNull(pipeline, "pipeline");
    stages = List.copyOf(stages);
  }

  /**
   * The state of one stage. Immutable.
   *
   * @param stage the stage
   * @param state {@code STALE}: it has a valid checkpoint, and runs again under the plan's policy
   * @param checkpoint its valid checkpoint, stale or not
   * @param holder who works or last worked on it, where there is no valid checkpoint
   * @param decision what a run would do with it, and why
   */
  public record Entry(
      String stage,
      StageState state,
      Optional<Checkpoint> checkpoint,
      Optional<ClaimInfo> holder,
      StageDecision decision) {
    public Entry {
      Objects.requireNonNull(stage, "stage");
      Objects.requireNonNull(state, "state");
      Objects.requireNonNull(checkpoint, "checkpoint");
      Objects.requireNonNull(holder, "holder");
      Objects.requireNonNull(decision, "decision");
    }
  }
}
