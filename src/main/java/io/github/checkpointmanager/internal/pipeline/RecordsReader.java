package io.github.checkpointmanager.internal.pipeline;

import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.StageSnapshot;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.internal.pipeline.declaration.RecordOwner;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.pipeline.InputException;
import io.github.checkpointmanager.pipeline.InputSource;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.DeclaredOutput;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.DeclaredOutput.State;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.PlanOptions;
import io.github.checkpointmanager.pipeline.ResumePolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads what plans need: records, and the inputs and outputs that the options ask for. */
final class RecordsReader {
  private static final String NOT_RECORDED = "its content was not recorded";

  private RecordsReader() {}

  /**
   * Reads what a plan needs, see {@link io.github.checkpointmanager.pipeline.PipelineRunner#read}.
   *
   * @param allInputs whether the inputs of all stages are identified, completed or not
   * @throws io.github.checkpointmanager.InvalidInputException some are of another pipeline
   * @throws io.github.checkpointmanager.CheckpointException the records could not be read
   */
  static RecordsSnapshot read(Pipeline pipeline, RunSettings settings, boolean allInputs) {
    List<String> names = pipeline.order().stream().map(PipelineStage::name).toList();
    StageSnapshot survey = settings.checkpoints().survey(names);
    if (!settings.adopts()) {
      RecordOwner.require(
          pipeline.name(),
          settings.checkpoints().location(),
          survey.records().checkpoints().stream());
    }
    Map<String, Lookup> found = new HashMap<>();
    survey.records().checkpoints().forEach(c -> found.put(c.stage(), new Lookup.Valid(c)));
    survey.records().invalid().forEach(problem -> found.put(problem.stage(), problem));
    Map<String, StageStatus> claims = new HashMap<>();
    survey.claims().forEach(claim -> claims.put(claim.stage(), claim));
    InputsReader reader = new InputsReader(pipeline, settings.sources());
    Map<String, RecordsSnapshot.Stage> stages = new HashMap<>();
    for (PipelineStage stage : pipeline.order()) {
      String name = stage.name();
      Lookup record = found.getOrDefault(name, new Lookup.Absent(name));
      RecordsSnapshot.Stage seen = RecordsSnapshot.Stage.of(record);
      StageStatus claim = claims.get(name);
      stages.put(
          name,
          withFiles(
              stage,
              claim == null ? seen : seen.withClaim(claim),
              settings.options(),
              allInputs,
              reader));
    }
    return new RecordsSnapshot(stages, SeenRollback.of(survey.rollback()));
  }

  /**
   * Adds why these stages could not run now, for those whose inputs were not read. What a stage
   * before them makes is looked at too: the planner ignores it when that stage runs.
   */
  static RecordsSnapshot withObstacles(
      Pipeline pipeline, List<InputSource> sources, RecordsSnapshot seen, Predicate<String> which) {
    InputsReader reader = new InputsReader(pipeline, sources);
    Map<String, RecordsSnapshot.Stage> stages = new HashMap<>(seen.stages());
    for (PipelineStage stage : pipeline.order()) {
      RecordsSnapshot.Stage here = seen.of(stage.name());
      if (which.test(stage.name()) && here.inputs().isEmpty()) {
        stages.put(stage.name(), here.withObstacles(reader.obstacles(stage)));
      }
    }
    return new RecordsSnapshot(stages, seen.rollback());
  }

  /** Adds the inputs and outputs that the options ask for. */
  static RecordsSnapshot.Stage withFiles(
      PipelineStage stage,
      RecordsSnapshot.Stage seen,
      PlanOptions options,
      boolean allInputs,
      InputsReader reader) {
    RecordsSnapshot.Stage more = seen;
    boolean completed = seen.checkpoint().isPresent();
    if (allInputs || (completed && options.policy() == ResumePolicy.FINGERPRINT)) {
      more = more.withInputs(reader.of(stage));
    }
    if (completed && options.checkOutputs()) {
      more = more.withOutputs(outputs(stage, seen.checkpoint().orElseThrow().outputs(), reader));
    }
    return more;
  }

  private static List<DeclaredOutput> outputs(
      PipelineStage stage, Map<String, ContentDigest> recorded, InputsReader reader) {
    return stage.outputs().stream()
        .map(path -> output(path, Optional.ofNullable(recorded.get(path)), reader))
        .toList();
  }

  private static DeclaredOutput output(
      String path, Optional<ContentDigest> recorded, InputsReader reader) {
    Optional<ContentDigest> now;
    try {
      now = reader.identify(path);
    } catch (InputException e) {
      return recorded.isEmpty()
          ? new DeclaredOutput(path, State.UNRECORDED, NOT_RECORDED)
          : new DeclaredOutput(path, State.UNREADABLE, LogSafe.of(String.valueOf(e.getMessage())));
    }
    if (now.isEmpty()) {
      return new DeclaredOutput(path, State.MISSING, "it is missing");
    }
    if (recorded.isEmpty()) {
      return new DeclaredOutput(path, State.UNRECORDED, NOT_RECORDED);
    }
    return now.equals(recorded)
        ? new DeclaredOutput(path, State.SAME, "as recorded")
        : new DeclaredOutput(
            path,
            State.CHANGED,
            "it is " + described(now.get()) + ", and was " + described(recorded.get()));
  }

  private static String described(ContentDigest digest) {
    return digest.size() + " bytes with " + LogSafe.of(digest.digest());
  }
}
