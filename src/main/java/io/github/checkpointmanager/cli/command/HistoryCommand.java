package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.CheckpointVersion;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Table;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.pipeline.FileOption;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Subcommand;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code history}: what a stage's checkpoint was before. */
@Command(
    name = "history",
    description = "List the versions of a stage's checkpoint, newest first; restore takes them.")
final class HistoryCommand implements Subcommand {
  @Parameters(paramLabel = "STAGE", description = "Name of the stage.")
  private String stage = "";

  @Mixin private final FileOption pipeline = new FileOption();

  @Override
  public int run(Session session) {
    Output output = session.output();
    try (CheckpointManager checkpoints = pipeline.of(session).open()) {
      List<CheckpointVersion> versions = checkpoints.history().records(stage);
      if (output.isJson()) {
        output.document(versions.stream().map(HistoryCommand::json).toList());
      } else if (versions.isEmpty()) {
        output.note("'" + stage + "' has no history in " + checkpoints.location());
      } else {
        output.table(table(versions));
      }
    }
    return ExitCodes.DONE;
  }

  private static Json.Fields json(CheckpointVersion version) {
    return Json.object()
        .put("stage", version.stage())
        .put("version", version.versionId())
        .put("storedAt", version.storedAt())
        .put("size", version.size())
        .put("latest", version.latest())
        .put("state", version.problem().<Object>map(Lookup.Invalid::kind).orElse(state(version)))
        .put("reason", version.problem().map(Lookup.Invalid::reason))
        .put("checkpoint", version.checkpoint());
  }

  /** Of a version that is not damaged. */
  private static String state(CheckpointVersion version) {
    if (version.deletion()) {
      return "deleted";
    }
    boolean restored = version.checkpoint().flatMap(Checkpoint::restoredAt).isPresent();
    return restored ? "restored" : "completed";
  }

  private static Table table(List<CheckpointVersion> versions) {
    Table table = new Table("VERSION", "STORED", "COMPLETED", "USER", "HOST", "SIZE", "STATE");
    for (CheckpointVersion version : versions) {
      Optional<Checkpoint> checkpoint = version.checkpoint();
      table.row(
          version.versionId(),
          version.storedAt(),
          checkpoint.map(Checkpoint::completedAt),
          checkpoint.flatMap(Checkpoint::user),
          checkpoint.flatMap(Checkpoint::host),
          version.deletion() ? Table.NONE : version.size(),
          (version.latest() ? "current: " : "")
              + version.problem().map(Text::invalid).orElse(state(version))
              + checkpoint.map(HistoryCommand::origin).orElse(""));
    }
    return table;
  }

  /** Where a restored checkpoint is from; empty of any other. */
  private static String origin(Checkpoint checkpoint) {
    return checkpoint
        .restoredAt()
        .map(
            at ->
                checkpoint.restoredFrom().map(id -> " from " + id).orElse("")
                    + checkpoint.restoredBy().map(by -> " by " + by).orElse("")
                    + " at "
                    + Text.seconds(at))
        .orElse("");
  }
}
