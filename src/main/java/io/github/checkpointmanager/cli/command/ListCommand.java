package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointList;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Table;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.pipeline.FileOption;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Subcommand;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code list}: the stages of a location. */
@Command(name = "list", description = "List the stages that have a checkpoint.")
final class ListCommand implements Subcommand {
  @Mixin private final FileOption pipeline = new FileOption();

  @Override
  public int run(Session session) {
    Output output = session.output();
    try (CheckpointManager checkpoints = pipeline.of(session).open()) {
      List<Lookup> stages = ordered(checkpoints.list());
      if (output.isJson()) {
        output.document(stages.stream().map(ListCommand::json).toList());
      } else if (stages.isEmpty()) {
        output.note("no checkpoints in " + checkpoints.location());
      } else {
        output.table(table(stages));
      }
    }
    return ExitCodes.DONE;
  }

  private static List<Lookup> ordered(CheckpointList list) {
    return Stream.<Lookup>concat(
            list.checkpoints().stream().map(Lookup.Valid::new), list.invalid().stream())
        .sorted(Comparator.comparing(Lookup::stage))
        .toList();
  }

  private static Json.Fields json(Lookup found) {
    Optional<Lookup.Invalid> invalid = found.invalid();
    return Json.checkpoint(found.stage(), found.valid())
        .put("state", invalid.isPresent() ? invalid.get().kind() : "completed")
        .put("reason", invalid.map(Lookup.Invalid::reason));
  }

  private static Table table(List<Lookup> stages) {
    Table table = new Table("STAGE", "COMPLETED", "USER", "HOST", "DURATION", "SIZE", "STATE");
    for (Lookup found : stages) {
      Optional<Checkpoint> checkpoint = found.valid();
      table.row(
          found.stage(),
          checkpoint.map(Checkpoint::completedAt),
          checkpoint.flatMap(Checkpoint::user),
          checkpoint.flatMap(Checkpoint::host),
          checkpoint.flatMap(Checkpoint::duration),
          checkpoint.map(Checkpoint::size),
          found.invalid().map(Text::invalid).orElse("completed"));
    }
    return table;
  }
}
