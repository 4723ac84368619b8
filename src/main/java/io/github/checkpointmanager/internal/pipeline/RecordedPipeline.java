package io.github.checkpointmanager.internal.pipeline;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.StageState;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.pipeline.ComponentComparison;
import io.github.checkpointmanager.pipeline.InputSource;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineSnapshot;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.DeclaredOutput;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.InputComparison;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.Rerun;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.PipelineStatus;
import io.github.checkpointmanager.pipeline.PlanOptions;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.ResumePlan;
import io.github.checkpointmanager.pipeline.StageDecision;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Plans, states, comparisons and reruns, derived from one reading of the records. Pure, but for
 * reruns, which look whether the inputs of their stages exist.
 */
public final class RecordedPipeline implements PipelineSnapshot {
  private final Pipeline pipeline;
  private final RecordsSnapshot records;
  private final PlanOptions options;
  private final List<InputSource> sources;

  RecordedPipeline(
      Pipeline pipeline, RecordsSnapshot records, PlanOptions options, List<InputSource> sources) {
    this.pipeline = pipeline;
    this.records = records;
    this.options = options;
    this.sources = sources;
  }

  /**
   * Reads it.
   *
   * @param allInputs whether the inputs of all stages are identified, completed or not
   */
  public static PipelineSnapshot read(Pipeline pipeline, RunSettings settings, boolean allInputs) {
    RecordsSnapshot records = RecordsReader.read(pipeline, settings, allInputs);
    RecordsSnapshot looked =
        RecordsReader.withObstacles(
            pipeline,
            settings.sources(),
            records,
            stage -> records.of(stage).checkpoint().isEmpty());
    return new RecordedPipeline(
        pipeline,
        settings.claim() == null ? looked : UsedUpAttempts.in(pipeline, looked),
        settings.options(),
        settings.sources());
  }

  @Override
  public ResumePlan plan() {
    return ResumePlanner.plan(pipeline, records, options);
  }

  @Override
  public PipelineStatus status() {
    List<PipelineStatus.Entry> entries = new ArrayList<>();
    for (StageDecision decision : plan().decisions()) {
      RecordsSnapshot.Stage stage = records.of(decision.stage());
      entries.add(
          new PipelineStatus.Entry(
              decision.stage(),
              state(stage, decision),
              stage.checkpoint(),
              stage.claim().flatMap(StageStatus::holder),
              decision));
    }
    return new PipelineStatus(pipeline.name(), entries);
  }

  private static StageState state(RecordsSnapshot.Stage stage, StageDecision decision) {
    if (stage.checkpoint().isPresent()) {
      return decision.action() == StageDecision.Action.SKIP
              || decision.code() == Reason.Code.ROLLED_BACK
          ? StageState.COMPLETED
          : StageState.STALE;
    }
    return stage
        .claim()
        .map(StageStatus::state)
        .filter(state -> state != StageState.PENDING)
        .orElse(stage.problem().isPresent() ? StageState.CORRUPT : StageState.PENDING);
  }

  @Override
  public InputComparison compare(String stage) {
    return compare(stage, records.of(stage).checkpoint());
  }

  @Override
  public InputComparison compare(String stage, Checkpoint older) {
    return compare(stage, Optional.of(older));
  }

  private InputComparison compare(String name, Optional<Checkpoint> before) {
    Map<String, String> components =
        records.of(name).inputs().map(RecordsSnapshot.Inputs::components).orElse(Map.of());
    return new InputComparison(
        plan().decision(name),
        before,
        ComponentComparison.between(before.map(Checkpoint::inputs).orElse(Map.of()), components),
        upstream(pipeline.stage(name), before.map(Checkpoint::upstream).orElse(Map.of())));
  }

  /** All stages before this one, also those without a checkpoint then and now. */
  private List<ComponentComparison> upstream(PipelineStage stage, Map<String, String> recorded) {
    TreeSet<String> names = new TreeSet<>(stage.after());
    names.addAll(recorded.keySet());
    return names.stream()
        .map(
            name ->
                new ComponentComparison(
                    name,
                    Optional.ofNullable(recorded.get(name)),
                    stage.after().contains(name)
                        ? records.of(name).checkpoint().map(Checkpoint::identity)
                        : Optional.empty()))
        .toList();
  }

  @Override
  public List<DeclaredOutput> outputs(String stage) {
    return records.of(pipeline.stage(stage).name()).outputs();
  }

  @Override
  public Rerun rerunFrom(String stage) {
    return rerun(pipeline.withDownstream(List.of(stage)));
  }

  @Override
  public Rerun rerunOnly(Collection<String> stages) {
    stages.forEach(pipeline::stage);
    return rerun(Set.copyOf(stages));
  }

  @Override
  public Rerun rerunFailed() {
    return rerun(
        pipeline.order().stream()
            .map(PipelineStage::name)
            .filter(this::hasFailed)
            .collect(Collectors.toSet()));
  }

  private boolean hasFailed(String stage) {
    return records
        .of(stage)
        .claim()
        .map(StageStatus::state)
        .filter(state -> state == StageState.FAILED || state == StageState.LATE)
        .isPresent();
  }

  private Rerun rerun(Set<String> stages) {
    List<String> toClear =
        pipeline.order().stream()
            .map(PipelineStage::name)
            .filter(stages::contains)
            .filter(stage -> records.of(stage).isRecorded())
            .toList();
    List<Checkpoint> lost =
        toClear.stream().flatMap(stage -> records.of(stage).checkpoint().stream()).toList();
    RecordsSnapshot cleared =
        RecordsReader.withObstacles(pipeline, sources, records.without(toClear), stages::contains);
    return new Rerun(toClear, lost, ResumePlanner.plan(pipeline, cleared, options));
  }
}
