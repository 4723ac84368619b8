package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Problem;
import io.github.checkpointmanager.cli.output.Table;
import io.github.checkpointmanager.cli.pipeline.FileOption;
import io.github.checkpointmanager.cli.run.StageLookup;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Subcommand;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code get}: a stage's record, or its payload. */
@Command(name = "get", description = "Show the checkpoint of a stage, or write its payload.")
final class GetCommand implements Subcommand {
  @Parameters(paramLabel = "STAGE", description = "Name of the stage.")
  private String stage = "";

  @Option(names = "--payload", description = "Only the payload, as it was saved.")
  private boolean payload;

  @Mixin private final FileOption pipeline = new FileOption();

  @Override
  public int run(Session session) {
    try (CheckpointManager checkpoints = pipeline.of(session).open()) {
      Optional<Checkpoint> found =
          payload ? whole(checkpoints) : StageLookup.undamaged(checkpoints, stage);
      if (found.isEmpty()) {
        throw none(
            checkpoints,
            "There is no checkpoint to get",
            "'" + stage + "' is not completed in " + checkpoints.location(),
            "Run the stage, or save it; checkpoint list shows what is there");
      }
      Checkpoint checkpoint = found.get();
      if (payload) {
        session.output().raw(payloadOf(checkpoints, checkpoint));
      } else {
        show(session.output(), checkpoint);
      }
      return ExitCodes.DONE;
    }
  }

  /** An empty answer may be a damaged record; only then it is read once more to know. */
  private Optional<Checkpoint> whole(CheckpointManager checkpoints) {
    Optional<Checkpoint> checkpoint = checkpoints.read(stage);
    if (checkpoint.isEmpty() && StageLookup.undamaged(checkpoints, stage).isPresent()) {
      throw StageLookup.damaged(
          checkpoints,
          stage,
          "its payload is not what was saved",
          "Run the stage again, or save it again with --replace");
    }
    return checkpoint;
  }

  private byte[] payloadOf(CheckpointManager checkpoints, Checkpoint checkpoint) {
    if (!checkpoint.hasPayload()) {
      throw none(
          checkpoints,
          "There is no payload to get",
          "the checkpoint of '" + stage + "' was saved without one",
          "Save it with --payload");
    }
    return checkpoint.payload().orElseThrow();
  }

  /** The answer is no, and there is nothing to show. */
  private CommandException none(
      CheckpointManager checkpoints, String what, String why, String remedy) {
    return new CommandException(
        Problem.of("absent", ExitCodes.NO, what, why, remedy).at(checkpoints.location(), stage));
  }

  private static void show(Output output, Checkpoint checkpoint) {
    if (output.isJson()) {
      output.document(checkpoint);
      return;
    }
    Table table = new Table("FIELD", "VALUE");
    table.row("stage", checkpoint.stage());
    table.row("completed", checkpoint.completedAt().toString());
    checkpoint.headers().forEach(table::row);
    table.row("size", checkpoint.size() + " bytes");
    checkpoint
        .payloadSize()
        .ifPresent(
            bytes ->
                table.row("payload", bytes + " bytes, " + checkpoint.payloadType().orElseThrow()));
    output.table(table);
  }
}
