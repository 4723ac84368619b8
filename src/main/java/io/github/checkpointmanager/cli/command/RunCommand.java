package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.cli.command.SaveCommand.MetaOption;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.process.ChildEnvironment;
import io.github.checkpointmanager.cli.process.Executables;
import io.github.checkpointmanager.cli.run.RunRequest;
import io.github.checkpointmanager.cli.run.RunResult;
import io.github.checkpointmanager.cli.run.StageRun;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Session.LocationChoice;
import io.github.checkpointmanager.cli.session.Subcommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
      "Ends with CMD's status (128 + n by signal n), 103 when the stage is busy, 104 when the"
          + " claim",
      "was lost, 106 when CMD succeeded but that could not be recorded, 125 when something failed",
      "before CMD, 126 or 127 when CMD cannot be executed or found. CMD gets CHECKPOINT_STORE and",
      "CHECKPOINT_STAGE, unless --no-claim also CHECKPOINT_ATTEMPT and CHECKPOINT_TOKEN."
    })
public final class RunCommand implements Subcommand {
  public static final String NAME = "run";

  @Parameters(index = "0", paramLabel = "STAGE", description = "Name of the stage.")
  private String stage = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "CMD",
      description = "The command and its arguments, after two dashes only.")
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
      names = "--stop-ok",
      description = "Save the stage also if CMD ends with 0 after a signal told it to stop.")
  private boolean stopOk;

  @Option(
      names = "--result-file",
      paramLabel = "F",
      description = "Write what was done to this file, as JSON.")
  private @Nullable Path resultFile;

  @Mixin private final ClaimFlags claim = new ClaimFlags();

  @Override
  public int run(Session session) {
    if (resultFile == null) {
      return execute(session).exitCode();
    }
    ResultFile file = new ResultFile(resultFile);
    try {
      file.prepare();
    } catch (CommandException e) {
      session.output().failure(e.problem(), e);
      return ExitCodes.FAILED;
    }
    RunResult result = execute(session);
    try {
      file.write(result);
    } catch (CommandException e) {
      session.output().failure(e.problem(), e);
    }
    return result.exitCode();
  }

  private RunResult execute(Session session) {
    try (CheckpointManager checkpoints = session.open()) {
      RunRequest request =
          new RunRequest(
              stage,
              command,
              force,
              meta.saveOptions(),
              Optional.ofNullable(payload),
              stopOk,
              claim.claiming());
      Map<String, String> variables = new HashMap<>(Map.of(ChildEnvironment.STAGE, stage));
      LocationChoice.export(session.location(), variables);
      Executables executables = new Executables(session.environment().get("PATH"));
      return new StageRun(checkpoints, request, executables, variables, session.output()).run();
    } catch (RuntimeException e) {
      return StageRun.notStarted(session.output(), stage, e);
    }
  }

  /** What {@code run} did, as JSON in a file: whole or not at all. */
  private record ResultFile(Path file) {
    /**
     * Removes what an earlier run left, so that it is not taken for this run's.
     *
     * @throws CommandException it cannot be written here
     */
    void prepare() {
      try {
        if (!Files.isDirectory(directory())) {
          throw CommandException.refused(
              "The result file " + file + " cannot be written",
              "its directory does not exist",
              "Create the directory, or name another file");
        }
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw refused(e);
      }
    }

    /**
     * Writes the document, whole or not at all.
     *
     * @throws CommandException it cannot be written
     */
    void write(RunResult document) {
      try {
        Path temporary = Files.createTempFile(directory(), ".checkpoint-result", null);
        try {
          Files.writeString(temporary, Json.write(document) + "\n", StandardCharsets.UTF_8);
          Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
          Files.deleteIfExists(temporary);
        }
      } catch (IOException e) {
        throw refused(e);
      }
    }

    private Path directory() {
      Path parent = file.toAbsolutePath().getParent();
      return parent == null ? file.toAbsolutePath() : parent;
    }

    private CommandException refused(IOException e) {
      return CommandException.refused(
          "The result file " + file + " cannot be written", e, "Name a file that can be written");
    }
  }
}
