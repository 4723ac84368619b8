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
 * The declaration of a pipeline: its stages, and which stages each depends on. Immutable and
 * thread-safe. Declaring makes no request.
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

  /** The stages, in the order of declaration. */
  public List<PipelineStage> stages() {
    return List.copyOf(stages.values());
  }

  /**
   * The stages in an order in which they can run: each comes after those that it depends on, and
   * otherwise the order of declaration is kept.
   */
  public List<PipelineStage> order() {
    return order;
  }

  public Optional<PipelineStage> find(String stage) {
    return Optional.ofNullable(stages.get(stage));
  }

  /**
   * The stage of this name.
   *
   * @throws PipelineDefinitionException there is no such stage; the message names the nearest
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

  /** The stages directly before each stage. */
  static Map<String, Set<String>> after(Map<String, PipelineStage> stages) {
    Map<String, Set<String>> after = new LinkedHashMap<>();
    stages.forEach((stage, declared) -> after.put(stage, declared.after()));
    return after;
  }

  @Override
  public String toString() {
    return "Pipeline[" + name + ", " + stages.keySet() + "]";
  }

  /** Collects the declaration of a pipeline. Not thread-safe. */
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

    /** Adds a stage that depends on the one added before it: makes a list instead of a graph. */
    public Builder then(PipelineStage stage) {
      return stage(
          stages.isEmpty() ? stage : stage.alsoAfter(stages.get(stages.size() - 1).name()));
    }

    /** Adds a stage that depends on the one added before it: makes a list instead of a graph. */
    public Builder then(PipelineStage.Builder stage) {
      return then(stage.build());
    }

    /**
     * Checks the declaration and returns the pipeline.
     *
     * @throws PipelineDefinitionException there is no stage, a name is used twice or is not valid,
     *     a stage depends on one that does not exist (the message names the nearest), the
     *     dependencies form a circle (the message shows it), declared files overlap (one output of
     *     two stages, an output in an input of the same stage, an input that another stage makes
     *     which does not come before), or a stage declares more than fits into a checkpoint
     */
    public Pipeline build() {
      return new Pipeline(name, DeclarationCheck.checked(name, stages));
    }
  }
}
