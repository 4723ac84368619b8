package io.github.checkpointmanager.pipeline;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a run would do with each stage of a pipeline, by the records at the time of reading. A run
 * decides each stage again before it runs. Immutable.
 *
 * @param pipeline its name
 * @param options with which it was planned
 * @param decisions one for each stage, in an order in which they can run
 */
public record ResumePlan(String pipeline, PlanOptions options, List<StageDecision> decisions) {
  public ResumePlan {
    decisions = List.copyOf(decisions);
  }

  /**
   * The decision about one stage.
   *
   * @throws IllegalArgumentException the pipeline has no such stage
   */
  public StageDecision decision(String stage) {
    return decisions.stream()
        .filter(decision -> decision.stage().equals(stage))
        .findFirst()
        .orElseThrow(
            () ->
                PipelineDefinitionException.unknown(
                    pipeline, stage, decisions.stream().map(StageDecision::stage).toList()));
  }

  /** The stages that would run, in order. */
  public Set<String> toRun() {
    return with(StageDecision.Action.RUN);
  }

  /** The stages that would be skipped, in order. */
  public Set<String> toSkip() {
    return with(StageDecision.Action.SKIP);
  }

  /** The stages that are blocked, in order. */
  public Set<String> blocked() {
    return with(StageDecision.Action.BLOCKED);
  }

  private Set<String> with(StageDecision.Action action) {
    return decisions.stream()
        .filter(decision -> decision.action() == action)
        .map(StageDecision::stage)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
