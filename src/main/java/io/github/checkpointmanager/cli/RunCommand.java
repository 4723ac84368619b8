package io.github.checkpointmanager.cli;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.SaveResult;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code run}: runs a command unless its stage is completed, and saves the stage. */
@Command(
    name = RunCommand.NAME,
    description = "Run a command unless the stage is completed; save the stage if it succeeds.",
    customSynopsis = "checkpoint run STAGE [OPTIONS] -- CMD [ARG...]",
    footer = {
      "",
      "Ends with CMD's status (128 + n by signal n), 106 when CMD succeeded but that could not be",
      "recorded, 125 when something failed before CMD, 126 or 127 when CMD cannot be executed or",
      "found. CMD gets CHECKPOINT_STORE and CHECKPOINT_STAGE."
    })
final class RunCommand implements Callable<Integer> {
  static final String NAME = "run";

  private final Session session;

  @Parameters(index = "0", paramLabel = "STAGE", description = "Name of the stage.")
  private String stage = "";

  @Parameters(index = "1..*", paramLabel = "CMD", description = "The command and its arguments.")
  private List<String> command = new ArrayList<>();

  @Mixin private final MetaOption meta = new MetaOption();

  @Option(
      names = "--payload",
      paramLabel = "FILE",
      description = "Save this file's content, as CMD leaves it, with the checkpoint.")
  private @Nullable String payload;

  @Option(
      names = "--force",
      description = "Run even if the stage is completed, and replace its checkpoint.")
  private boolean force;

  @Option(
      names = "--result-file",
      paramLabel = "F",
      description = "Write what was done to this file, as JSON.")
  private @Nullable Path resultFile;

  RunCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ResultFile file = resultFile == null ? null : new ResultFile(resultFile);
    if (file != null) {
      try {
        file.prepare();
      } catch (CommandException e) {
        session.output().failure(e.problem(), e);
        return ExitCodes.FAILED;
      }
    }
    RunResult result = execute();
    if (file != null) {
      try {
        file.write(result.json(stage));
      } catch (CommandException e) {
        session.output().failure(e.problem(), e);
      }
    }
    return result.exitCode();
  }

  private RunResult execute() {
    try (CheckpointManager checkpoints = session.open()) {
      SaveOptions options = meta.saveOptions();
      StageRecords before = StageRecords.read(checkpoints, stage);
      if (before.checkpoint().isPresent() && !force) {
        return skip(before.checkpoint().get());
      }
      String reason = reasonToRun(before);
      session.output().note("running " + stage + ": " + reason);
      Instant start = Instant.now();
      int status = child().run();
      return status == ExitCodes.DONE
          ? record(checkpoints, before, options.startedAt(start), reason)
          : failed(status, reason);
    } catch (RuntimeException e) {
      Problem problem = Problem.of(e);
      session.output().failure(problem, e);
      return RunResult.notStarted(problem, exitCodeBeforeCommand(problem));
    }
  }

  private ChildProcess child() {
    List<String> line = command;
    if (!line.isEmpty() && line.get(0).equals("--")) {
      line = line.subList(1, line.size()); // run -- STAGE -- CMD
    }
    if (line.isEmpty()) {
      throw CommandException.refused(
          "There is nothing to run",
          "no command was given",
          "Write it after two dashes: checkpoint run STAGE -- CMD");
    }
    return new ChildProcess(
        line,
        Map.of(
            LocationChoice.STORE_VARIABLE,
            LocationChoice.complete(session.location()).toString(),
            "CHECKPOINT_STAGE",
            stage),
        new Executables(session.environment().get("PATH")));
  }

  private static int exitCodeBeforeCommand(Problem problem) {
    return switch (problem.exitCode()) {
      case ExitCodes.RUN_NOT_EXECUTABLE, ExitCodes.RUN_NOT_FOUND -> problem.exitCode();
      default -> ExitCodes.FAILED;
    };
  }

  private RunResult skip(Checkpoint checkpoint) {
    String reason = "completed " + Text.completion(checkpoint);
    session.output().note("skipping " + stage + ": " + reason);
    return new RunResult(RunResult.Outcome.SKIPPED, ExitCodes.DONE, null, checkpoint, reason, null);
  }

  private String reasonToRun(StageRecords before) {
    Optional<String> damage = before.damage();
    if (damage.isPresent()) {
      return "its checkpoint is damaged (" + damage.get() + ")";
    }
    return before
        .checkpoint()
        .map(c -> "forced, although completed " + Text.completion(c))
        .orElse("it has no checkpoint");
  }

  private RunResult failed(int status, String reason) {
    session
        .output()
        .note(
            stage
                + " was not saved: the command ended with status "
                + status
                + (status > ExitCodes.SIGNAL_BASE
                    ? " (signal " + (status - ExitCodes.SIGNAL_BASE) + ")"
                    : ""));
    return new RunResult(RunResult.Outcome.FAILED, status, status, null, reason, null);
  }

  /** CMD has succeeded: from here on every failure is one of recording. */
  private RunResult record(
      CheckpointManager checkpoints, StageRecords before, SaveOptions options, String reason) {
    try {
      SaveOptions all = payload == null ? options : PayloadSource.file(options, payload);
      SaveResult saved =
          before.checkpoint().isPresent()
              ? checkpoints.replace(before.checkpoint().get(), all)
              : checkpoints.save(stage, all);
      return recorded(saved, reason);
    } catch (RuntimeException e) {
      Problem problem = Problem.of(e).afterSuccess(stage);
      session.output().failure(problem, e);
      return new RunResult(
          RunResult.Outcome.NOT_RECORDED,
          ExitCodes.RUN_NOT_RECORDED,
          ExitCodes.DONE,
          null,
          reason,
          problem);
    }
  }

  private RunResult recorded(SaveResult saved, String reason) {
    Checkpoint checkpoint = saved.checkpoint().orElseThrow();
    if (saved.isSaved()) {
      session.output().note("saved " + stage);
    } else {
      session
          .output()
          .note(
              stage
                  + " was completed meanwhile, "
                  + Text.completion(checkpoint)
                  + "; that checkpoint stands");
    }
    return new RunResult(
        saved.isSaved() ? RunResult.Outcome.SAVED : RunResult.Outcome.ALREADY_SAVED,
        ExitCodes.DONE,
        ExitCodes.DONE,
        checkpoint,
        reason,
        null);
  }
}
