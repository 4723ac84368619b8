package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.pipeline.FileOption;
import io.github.checkpointmanager.cli.run.PayloadSource;
import io.github.checkpointmanager.cli.run.StageLookup;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Subcommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code save}: records that a stage is done, unless it is recorded already. */
@Command(name = "save", description = "Save the checkpoint of a stage.")
final class SaveCommand implements Subcommand {
  @Parameters(paramLabel = "STAGE", description = "Name of the stage.")
  private String stage = "";

  @Mixin private final MetaOption meta = new MetaOption();

  @Option(
      names = "--payload",
      paramLabel = "FILE|-",
      description = "Save this file's content, or standard input, with the checkpoint.")
  private @Nullable String payload;

  @Option(names = "--replace", description = "Replace the current checkpoint.")
  private boolean replace;

  @Mixin private final FileOption pipeline = new FileOption();

  @Override
  public int run(Session session) {
    SaveOptions options = meta.saveOptions();
    if ("-".equals(payload) && pipeline.isStandardInput()) {
      throw CommandException.refused(
          "--payload and --file are refused",
          "both read standard input",
          "Name a file for one of them");
    }
    if (payload != null) {
      options = PayloadSource.fileOrInput(options, payload, session.streams().in());
    }
    SaveResult result;
    String location;
    try (CheckpointManager checkpoints = pipeline.of(session).open()) {
      location = checkpoints.location();
      result = replace ? replace(checkpoints, options) : checkpoints.save(stage, options);
    }
    Output output = session.output();
    Checkpoint checkpoint = result.checkpoint().orElseThrow();
    if (output.isJson()) {
      output.document(
          Json.object()
              .put("stage", stage)
              .put("result", result.outcome())
              .put("checkpoint", checkpoint));
    } else {
      String done = result.isSaved() ? ": saved" : ": already saved";
      output.confirmation(
          stage + done + " in " + location + ", completed " + checkpoint.completion());
    }
    return ExitCodes.DONE;
  }

  private SaveResult replace(CheckpointManager checkpoints, SaveOptions options) {
    Optional<Checkpoint> seen = checkpoints.get(stage);
    SaveResult result =
        seen.isPresent()
            ? checkpoints.replace(seen.get(), options)
            : checkpoints.save(stage, options);
    if (!result.isSaved()) {
      throw StageLookup.conflict(checkpoints, result.checkpoint().orElseThrow());
    }
    return result;
  }

  /** {@code --meta k=v}, as often as wanted. */
  static final class MetaOption {
    @Option(
        names = "--meta",
        paramLabel = "k=v",
        description = "Free metadata to save with the checkpoint; may be repeated.")
    private List<String> entries = new ArrayList<>();

    /**
     * @throws CommandException an entry is not of the form {@code k=v}
     */
    SaveOptions saveOptions() {
      SaveOptions options = SaveOptions.none();
      for (String entry : entries) {
        int equals = entry.indexOf('=');
        if (equals <= 0) {
          throw CommandException.refused(
              "The metadata '" + entry + "' is refused",
              "it is not of the form name=value",
              "Write --meta name=value");
        }
        options = options.meta(entry.substring(0, equals), entry.substring(equals + 1));
      }
      return options;
    }
  }
}
