package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.pipeline.FileOption;
import io.github.checkpointmanager.cli.run.StageLookup;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Subcommand;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code has}: whether a stage is completed. */
@Command(name = "has", description = "Exit with 0 if the stage is completed, with 1 if it is not.")
final class HasCommand implements Subcommand {
  @Parameters(paramLabel = "STAGE", description = "Name of the stage.")
  private String stage = "";

  @Mixin private final FileOption pipeline = new FileOption();

  @Override
  public int run(Session session) {
    Lookup found;
    try (CheckpointManager checkpoints = pipeline.of(session).open()) {
      found = StageLookup.readable(checkpoints, stage);
    }
    Output output = session.output();
    Optional<Checkpoint> checkpoint = found.valid();
    if (found instanceof Lookup.Invalid damaged) {
      output.warning(
          String.format(
              Locale.ROOT,
              "the checkpoint of '%s' is damaged (%s). It counts as not completed; the stage's next"
                  + " save repairs it.",
              stage,
              damaged.reason()));
    }
    if (output.isJson()) {
      output.document(
          Json.object()
              .put("stage", stage)
              .put("completed", checkpoint.isPresent())
              .put("damaged", found.invalid().isPresent())
              .put("checkpoint", checkpoint));
    } else {
      output.confirmation(
          stage
              + ": "
              + checkpoint.map(c -> "completed " + c.completion()).orElse("not completed"));
    }
    return checkpoint.isPresent() ? ExitCodes.DONE : ExitCodes.NO;
  }
}
