package io.github.checkpointmanager.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Why a stage would run or be skipped, and how what it depends on compares with what was recorded.
 * Immutable.
 *
 * @param decision what a run would do
 * @param before the checkpoint that is compared; empty when there is none
 * @param components all components of the fingerprint, by name
 * @param upstream the checkpoints that it was or would be built on, by stage
 */
public record Explanation(
    StageDecision decision,
    Optional<CheckpointFacts> before,
    List<Comparison> components,
    List<Comparison> upstream) {
  public Explanation {
    Objects.requireNonNull(decision, "decision");
    Objects.requireNonNull(before, "before");
    components = List.copyOf(components);
    upstream = List.copyOf(upstream);
  }

  /**
   * One thing then and now. Immutable.
   *
   * @param name of a component or a stage
   * @param before what was recorded; empty when nothing was
   * @param after what is so now; empty when there is nothing, or when it cannot be told
   */
  public record Comparison(String name, Optional<String> before, Optional<String> after) {
    public Comparison {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(before, "before");
      Objects.requireNonNull(after, "after");
    }

    public boolean isChanged() {
      return !before.equals(after);
    }
  }

  /**
   * Explains the plan's decision about a stage: its checkpoint compared with how things are now.
   * Pure.
   *
   * @throws PipelineDefinitionException there is no such stage; the message names the nearest
   */
  public static Explanation of(
      Pipeline pipeline, String stage, RecordsSeen seen, PlanOptions options) {
    return against(pipeline, stage, seen, options, seen.of(stage).checkpoint());
  }

  /**
   * As {@link #of}, compared with an older checkpoint of the stage.
   *
   * @param older from its history; empty to compare with nothing
   */
  public static Explanation against(
      Pipeline pipeline,
      String stage,
      RecordsSeen seen,
      PlanOptions options,
      Optional<CheckpointFacts> older) {
    PipelineStage declared = pipeline.stage(stage);
    StageDecision decision = ResumePlanner.plan(pipeline, seen, options).decision(stage);
    Map<String, String> components =
        seen.of(stage).inputs().map(InputsSeen::components).orElse(Map.of());
    List<Comparison> upstream = new ArrayList<>();
    Map<String, String> recorded = older.map(CheckpointFacts::upstream).orElse(Map.of());
    TreeSet<String> names = new TreeSet<>(declared.after());
    names.addAll(recorded.keySet());
    for (String name : names) {
      Optional<String> now =
          declared.after().contains(name)
              ? seen.of(name).checkpoint().map(CheckpointFacts::identity)
              : Optional.empty();
      upstream.add(new Comparison(name, Optional.ofNullable(recorded.get(name)), now));
    }
    return new Explanation(
        decision,
        older,
        compared(older.map(CheckpointFacts::inputs).orElse(Map.of()), components),
        upstream);
  }

  private static List<Comparison> compared(Map<String, String> before, Map<String, String> after) {
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    return names.stream()
        .map(
            name ->
                new Comparison(
                    name,
                    Optional.ofNullable(before.get(name)),
                    Optional.ofNullable(after.get(name))))
        .toList();
  }
}
