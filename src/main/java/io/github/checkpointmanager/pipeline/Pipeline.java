package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.internal.pipeline.declaration.Topology;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A pipeline as it is declared: stages, and what each comes after. Immutable and thread-safe.
 * Declaring makes no request; nothing of it is stored but the stages' records.
 *
 * <pre>{@code
 * Pipeline etl =
 *     Pipeline.named("etl")
 *         .stage(PipelineStage.of("ingest", task -> ingest()).inputs("data/raw.csv"))
 *         .stage(PipelineStage.of("clean", task -> clean()).after("ingest"))
 *         .stage(PipelineStage.of("report", task -> report()).after("clean"))
 *         .build();
 * }</pre>
 */
public final class Pipeline {
  private final String name;
  private final Map<String, PipelineStage> stages;
  private final List<PipelineStage> order;
  private final Map<String, List<String>> dependents;

  private Pipeline(String name, Map<String, PipelineStage> stages) {
    this.name = name;
    this.stages = Collections.unmodifiableMap(stages);
    Map<String, Set<String>> after = after(stages);
    this.order = Topology.order(after).stream().map(stages::get).toList();
    this.dependents = Topology.dependents(after);
  }

  /** Starts the declaration of a pipeline. */
  public static Builder named(String name) {
    return new Builder(name);
  }

  public String name() {
    return name;
  }

  /** The stages in the order they were declared. */
  public List<PipelineStage> stages() {
    return List.copyOf(stages.values());
  }

  /**
   * The stages so that each comes after those it depends on; where that leaves a choice, in the
   * order they were declared.
   */
  public List<PipelineStage> order() {
    return order;
  }

  public Optional<PipelineStage> find(String stage) {
    return Optional.ofNullable(stages.get(stage));
  }

  /**
   * A stage by its name.
   *
   * @throws PipelineDefinitionException there is none; the message names the nearest
   */
  public PipelineStage stage(String stage) {
    PipelineStage found = stages.get(stage);
    if (found == null) {
      throw PipelineDefinitionException.unknown(name, stage, stages.keySet());
    }
    return found;
  }

  /** These stages and everything that depends on them, in the order of {@link #order()}. */
  public Set<String> withDownstream(Collection<String> some) {
    some.forEach(this::stage);
    return inOrder(Topology.reachable(some, dependents));
  }

  /** These stages and everything that they depend on, in the order of {@link #order()}. */
  public Set<String> withUpstream(Collection<String> some) {
    some.forEach(this::stage);
    return inOrder(Topology.reachable(some, after(stages)));
  }

  /** The stages that depend on this one directly. */
  public List<String> dependents(String stage) {
    return List.copyOf(dependents.getOrDefault(stage(stage).name(), List.of()));
  }

  private Set<String> inOrder(Set<String> some) {
    Set<String> sorted = new LinkedHashSet<>();
    order.stream().map(PipelineStage::name).filter(some::contains).forEach(sorted::add);
    return Collections.unmodifiableSet(sorted);
  }

  private static Map<String, Set<String>> after(Map<String, PipelineStage> stages) {
    Map<String, Set<String>> after = new LinkedHashMap<>();
    stages.forEach((stage, declared) -> after.put(stage, declared.after()));
    return after;
  }

  @Override
  public String toString() {
    return "Pipeline[" + name + ", " + stages.keySet() + "]";
  }

  /** The declaration of a pipeline. Not thread-safe. */
  public static final class Builder {
    private final String name;
    private final List<PipelineStage> stages = new ArrayList<>();

    private Builder(String name) {
      this.name = Objects.requireNonNull(name, "name");
    }

    /** Adds a stage. */
    public Builder stage(PipelineStage stage) {
      stages.add(Objects.requireNonNull(stage, "stage"));
      return this;
    }

    /** Adds a stage. */
    public Builder stage(PipelineStage.Builder stage) {
      return stage(stage.build());
    }

    /** Adds a stage that comes after the one added before it: a list instead of a graph. */
    public Builder then(PipelineStage stage) {
      return stage(
          stages.isEmpty() ? stage : stage.alsoAfter(stages.get(stages.size() - 1).name()));
    }

    /** Adds a stage that comes after the one added before it: a list instead of a graph. */
    public Builder then(PipelineStage.Builder stage) {
      return then(stage.build());
    }

    /**
     * Checks the declaration.
     *
     * @throws PipelineDefinitionException there is no stage, a name is used twice or cannot be one,
     *     a stage comes after one that does not exist (the nearest is named), the stages go in a
     *     circle (which is shown), or a stage declares more than fits into a checkpoint
     */
    public Pipeline build() {
      return new Pipeline(name, DeclarationCheck.checked(name, stages));
    }
  }
}
