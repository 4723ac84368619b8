package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.StageSnapshot;
import io.github.checkpointmanager.StageStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what plans rest on: the records of a location, and the inputs and outputs that the options
 * ask for. Thread-safe.
 */
public final class RecordsReader {
  private final CheckpointManager checkpoints;
  private final Sources sources;

  /**
   * @param sources where inputs and outputs are looked up, the first that knows a name; local files
   *     below the working directory come last and need not be given
   */
  public RecordsReader(CheckpointManager checkpoints, List<InputSource> sources) {
    this(checkpoints, Sources.of(sources));
  }

  RecordsReader(CheckpointManager checkpoints, Sources sources) {
    this.checkpoints = checkpoints;
    this.sources = sources;
  }

  /**
   * Reads what a plan needs. LISTs, and 1 GET for each checkpoint of the pipeline and for each
   * claim without one. Under {@link ResumePolicy#FINGERPRINT} the inputs of completed stages are
   * identified, and if outputs are to be checked, theirs.
   *
   * @throws io.github.checkpointmanager.CheckpointException the records could not be read
   */
  public RecordsSeen read(Pipeline pipeline, PlanOptions options) {
    return read(pipeline, options, false);
  }

  /**
   * As {@link #read}, with the inputs of all stages, completed or not: for explanations.
   *
   * @throws io.github.checkpointmanager.CheckpointException the records could not be read
   */
  public RecordsSeen readWithAllInputs(Pipeline pipeline, PlanOptions options) {
    return read(pipeline, options, true);
  }

  private RecordsSeen read(Pipeline pipeline, PlanOptions options, boolean allInputs) {
    StageSnapshot survey =
        checkpoints.survey(pipeline.order().stream().map(PipelineStage::name).toList());
    Map<String, StageSeen> stages = new HashMap<>();
    survey
        .records()
        .checkpoints()
        .forEach(
            checkpoint ->
                stages.put(
                    checkpoint.stage(), StageSeen.completed(CheckpointFacts.of(checkpoint))));
    survey
        .records()
        .invalid()
        .forEach(problem -> stages.put(problem.stage(), StageSeen.broken(problem)));
    survey
        .claims()
        .forEach(
            claim ->
                stages.put(
                    claim.stage(),
                    stages
                        .getOrDefault(claim.stage(), StageSeen.nothing())
                        .withClaim(seen(claim))));
    InputsReader reader = new InputsReader(sources);
    for (PipelineStage stage : pipeline.order()) {
      StageSeen seen = stages.getOrDefault(stage.name(), StageSeen.nothing());
      StageSeen looked = withFiles(stage, seen, options, allInputs, reader);
      if (!looked.equals(StageSeen.nothing())) {
        stages.put(stage.name(), looked);
      }
    }
    return new RecordsSeen(stages);
  }

  private static ClaimSeen seen(StageStatus claim) {
    return new ClaimSeen(claim.state(), claim.holder(), claim.detail());
  }

  /** The same with the inputs and outputs that the options ask for. */
  static StageSeen withFiles(
      PipelineStage stage,
      StageSeen seen,
      PlanOptions options,
      boolean allInputs,
      InputsReader reader) {
    StageSeen more = seen;
    boolean completed = seen.checkpoint().isPresent();
    if (allInputs || (completed && options.policy() == ResumePolicy.FINGERPRINT)) {
      more = more.withInputs(reader.of(stage));
    }
    if (completed && options.checkOutputs()) {
      more =
          more.withOutputs(
              OutputCheck.compare(
                  stage.outputs(), seen.checkpoint().orElseThrow().outputs(), reader));
    }
    return more;
  }
}
