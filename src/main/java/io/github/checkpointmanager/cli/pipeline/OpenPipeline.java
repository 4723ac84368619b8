package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.pipeline.StageShell.StageCommand;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Session.LocationChoice;
import io.github.checkpointmanager.pipeline.LocalFiles;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineRunner;
import io.github.checkpointmanager.pipeline.PipelineSnapshot;
import io.github.checkpointmanager.pipeline.PipelineTask;
import io.github.checkpointmanager.pipeline.PlanOptions;
import io.github.checkpointmanager.pipeline.Reason.Code;
import io.github.checkpointmanager.pipeline.ResumePolicy;
import io.github.checkpointmanager.pipeline.StageReport;
import io.github.checkpointmanager.pipeline.s3.OwnS3Inputs;
import io.github.checkpointmanager.store.StoreLocation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A pipeline's file with the location of its checkpoints, opened. Not thread-safe. */
public record OpenPipeline(
    Session session,
    PipelineOptions options,
    PipelineFile file,
    StoreLocation location,
    CheckpointManager checkpoints,
    OwnS3Inputs objects)
    implements AutoCloseable {
  /** Options of a location that hold no secret; a resume command repeats no other. */
  private static final Set<String> REPEATED =
      Set.of("endpoint", "region", "profile", "path-style", "whole-bucket", "history");

  /**
   * Reads the file and opens the location; makes no request.
   *
   * @throws PipelineFileException the file is refused
   */
  public static OpenPipeline of(Session session, PipelineOptions options) {
    PipelineFile file = PipelineFile.read(options.file(), session.streams().in());
    StoreLocation location = location(session, file);
    if (!file.readsObjects()) {
      LocationChoice.refuseOptionsOfS3(location, session.options());
    }
    // Objects are where the checkpoints are, if those are objects too.
    StoreLocation objects =
        location.scheme().equals("s3")
            ? location
            : LocationChoice.of("s3://objects", session.options(), session.environment());
    return new OpenPipeline(
        session, options, file, location, session.open(location), OwnS3Inputs.of(objects));
  }

  /** What the command line says goes first, then the environment, then the file. */
  static StoreLocation location(Session session, PipelineFile file) {
    if (isStoreElsewhere(session)) {
      file.requireName(
          session.options().store() != null ? "--store" : LocationChoice.STORE_VARIABLE);
      return LocationChoice.of(session.options(), session.environment());
    }
    String store = file.store().orElse(CheckpointManager.DEFAULT_LOCATION);
    return LocationChoice.complete(
        LocationChoice.of(store, session.options(), session.environment()), file.directory());
  }

  /** A run around this one names its own store, which is not this file's. */
  private static boolean isStoreElsewhere(Session session) {
    return session.options().store() != null
        || (session.environment().containsKey(LocationChoice.STORE_VARIABLE)
            && !LocationChoice.isInherited(session.environment()));
  }

  /** For views; its tasks do nothing. */
  public Pipeline pipeline() {
    return pipeline(command -> context -> {});
  }

  public Pipeline pipeline(Function<StageCommand, PipelineTask> tasks) {
    return file.declare(tasks);
  }

  /** Whether a stage declares variables of its own besides parameters. */
  public boolean declaresVariables(String stage) {
    return file.stages().stream()
        .filter(one -> one.name().value().equals(stage))
        .anyMatch(one -> !one.run().variables().isEmpty());
  }

  Path directory() {
    return file.directory();
  }

  public PlanOptions planOptions() {
    ResumePolicy policy =
        options.policy == null ? file.policy().orElse(ResumePolicy.EXISTS) : options.policy;
    PlanOptions plan = PlanOptions.standard().withPolicy(policy);
    return options.checkOutputs ? plan.withCheckOutputs() : plan;
  }

  /** A runner with the policy of the file or the command line, and the sources of the file. */
  public PipelineRunner.Builder runner() {
    PipelineRunner.Builder runner = PipelineRunner.of(checkpoints).options(planOptions());
    if (options.adopt) {
      runner.adopt();
    }
    List.of(objects, LocalFiles.below(file.directory())).forEach(runner::source);
    return runner;
  }

  public PipelineSnapshot read() {
    return runner().build().read(pipeline());
  }

  /**
   * The command line that goes on with a run, as one can paste it into any shell: stages that
   * failed as often as allowed are cleared first, and a missing file that a completed stage makes
   * is made again.
   */
  String resumeCommand(RunFlags flags, List<StageReport> stages) {
    List<String> words = new ArrayList<>(List.of(Session.PROGRAM));
    if (isStoreElsewhere(session)) {
      words.addAll(List.of("--store", withoutSecrets(location)));
    }
    boolean exhausted =
        stages.stream().anyMatch(s -> isBecause(s, Code.ATTEMPTS_EXHAUSTED) || isUsedUp(s));
    words.addAll(exhausted ? List.of("rerun", "--failed") : List.of("pipeline", "run"));
    words.addAll(options.arguments());
    if (!options.checkOutputs && stages.stream().anyMatch(this::lacksWhatAStageMakes)) {
      words.add("--check-outputs");
    }
    words.addAll(flags.arguments());
    return words.stream().map(Text::shellWord).collect(Collectors.joining(" "));
  }

  /** Its only attempt has failed, so that a plain run would refuse it. */
  private boolean isUsedUp(StageReport report) {
    return isBecause(report, Code.TASK_FAILED)
        && pipeline().stage(report.stage()).maxAttempts() == 1;
  }

  private static boolean isBecause(StageReport stage, Code code) {
    return stage.reason().code() == code;
  }

  private boolean lacksWhatAStageMakes(StageReport report) {
    Pipeline pipeline = pipeline();
    return isBecause(report, Code.INPUT_MISSING)
        && pipeline.stage(report.stage()).inputs().stream()
            .anyMatch(
                input ->
                    pipeline.stages().stream().anyMatch(s -> s.outputs().contains(input.name())));
  }

  private static String withoutSecrets(StoreLocation location) {
    Map<String, String> options =
        location.options().entrySet().stream()
            .filter(option -> REPEATED.contains(option.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    StoreLocation masked = StoreLocation.parse(location.withoutOptions());
    return new StoreLocation(masked.scheme(), masked.path(), options).toString();
  }

  @Override
  public void close() {
    objects.close();
    checkpoints.close();
  }
}
