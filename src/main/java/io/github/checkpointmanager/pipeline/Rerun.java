package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.StageState;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Which stages to run again: pure planning. To do it, clear the plan's stages and run the pipeline.
 */
public final class Rerun {
  private Rerun() {}

  /**
   * A stage and everything that depends on it.
   *
   * @throws PipelineDefinitionException there is no such stage; the message names the nearest
   */
  public static Plan from(Pipeline pipeline, String stage, RecordsSeen seen, PlanOptions options) {
    return plan(pipeline, pipeline.withDownstream(List.of(stage)), seen, options);
  }

  /**
   * One stage alone. Under {@link ResumePolicy#FINGERPRINT} what was built on it is stale
   * afterwards, as the plan shows.
   *
   * @throws PipelineDefinitionException there is no such stage; the message names the nearest
   */
  public static Plan only(Pipeline pipeline, String stage, RecordsSeen seen, PlanOptions options) {
    return plan(pipeline, Set.of(pipeline.stage(stage).name()), seen, options);
  }

  /**
   * Some stages alone; as {@link #only(Pipeline, String, RecordsSeen, PlanOptions)}.
   *
   * @throws PipelineDefinitionException there is no such stage; the message names the nearest
   */
  public static Plan only(
      Pipeline pipeline, Collection<String> stages, RecordsSeen seen, PlanOptions options) {
    stages.forEach(pipeline::stage);
    return plan(pipeline, Set.copyOf(stages), seen, options);
  }

  /**
   * The stages whose last attempt failed, and whose failures are counted no more then. Failures are
   * recorded where stages are claimed.
   */
  public static Plan failed(Pipeline pipeline, RecordsSeen seen, PlanOptions options) {
    Set<String> failed = new LinkedHashSet<>();
    for (PipelineStage stage : pipeline.order()) {
      if (seen.of(stage.name()).claim().filter(c -> c.state() == StageState.FAILED).isPresent()) {
        failed.add(stage.name());
      }
    }
    return plan(pipeline, failed, seen, options);
  }

  private static Plan plan(
      Pipeline pipeline, Set<String> stages, RecordsSeen seen, PlanOptions options) {
    List<String> toClear =
        pipeline.order().stream()
            .map(PipelineStage::name)
            .filter(stages::contains)
            .filter(stage -> isRecorded(seen.of(stage)))
            .toList();
    List<CheckpointFacts> lost =
        toClear.stream().flatMap(stage -> seen.of(stage).checkpoint().stream()).toList();
    return new Plan(toClear, lost, ResumePlanner.plan(pipeline, seen.without(toClear), options));
  }

  private static boolean isRecorded(StageSeen seen) {
    return seen.checkpoint().isPresent() || seen.problem().isPresent() || seen.claim().isPresent();
  }

  /**
   * What running again means. Immutable.
   *
   * @param toClear the stages whose records are cleared first, in order; those of them that have
   *     any
   * @param lost the checkpoints that are gone then, unless the store keeps a history
   * @param afterwards what a normal run would do then
   */
  public record Plan(List<String> toClear, List<CheckpointFacts> lost, ResumePlan afterwards) {
    public Plan {
      toClear = List.copyOf(toClear);
      lost = List.copyOf(lost);
      Objects.requireNonNull(afterwards, "afterwards");
    }
  }
}
