package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.StageState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where the stages of a pipeline stand, derived from its declaration and what was read. Immutable.
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
   * Where one stage stands. Immutable.
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
      Optional<CheckpointFacts> checkpoint,
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

  /** Derives it. Pure. */
  public static PipelineStatus of(RecordsSeen seen, ResumePlan plan) {
    List<Entry> entries = new ArrayList<>();
    for (StageDecision decision : plan.decisions()) {
      StageSeen here = seen.of(decision.stage());
      entries.add(
          new Entry(
              decision.stage(),
              state(here, decision),
              here.checkpoint(),
              here.claim().flatMap(ClaimSeen::holder),
              decision));
    }
    return new PipelineStatus(plan.pipeline(), entries);
  }

  private static StageState state(StageSeen seen, StageDecision decision) {
    if (seen.checkpoint().isPresent()) {
      return decision.action() == StageDecision.Action.SKIP
          ? StageState.COMPLETED
          : StageState.STALE;
    }
    Optional<StageState> claimed =
        seen.claim().map(ClaimSeen::state).filter(state -> state != StageState.PENDING);
    if (claimed.isPresent()) {
      return claimed.get();
    }
    return seen.problem().isPresent() ? StageState.CORRUPT : StageState.PENDING;
  }
}
