package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.CheckpointVersion;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Table;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.session.Session;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code history}: what a stage's checkpoint was before. */
@Command(
    name = "history",
    description = "List the versions of a stage's checkpoint, newest first; restore takes them.")
public final class HistoryCommand implements Callable<Integer> {
  private static final String UNKNOWN = "-";

  private final Session session;

  @Parameters(paramLabel = "STAGE", description = "Name of the stage.")
  private String stage = "";

  public HistoryCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    String location;
    List<CheckpointVersion> versions;
    try (CheckpointManager checkpoints = session.open()) {
      location = checkpoints.location();
      versions = checkpoints.history().records(stage);
    }
    Output output = session.output();
    if (output.isJson()) {
      output.document(versions);
    } else if (versions.isEmpty()) {
      output.note("'" + stage + "' has no history in " + location);
    } else {
      table(versions).lines().forEach(output::line);
    }
    return ExitCodes.DONE;
  }

  private static Table table(List<CheckpointVersion> versions) {
    Table table = new Table("VERSION", "STORED", "COMPLETED", "USER", "HOST", "SIZE", "STATE");
    for (CheckpointVersion version : versions) {
      table.row(
          version.versionId(),
          Text.seconds(version.storedAt()),
          version.checkpoint().map(c -> Text.seconds(c.completedAt())).orElse(UNKNOWN),
          version.checkpoint().flatMap(Checkpoint::user).orElse(UNKNOWN),
          version.checkpoint().flatMap(Checkpoint::host).orElse(UNKNOWN),
          version.deletion() ? UNKNOWN : Long.toString(version.size()),
          (version.latest() ? "current: " : "") + state(version));
    }
    return table;
  }

  private static String state(CheckpointVersion version) {
    if (version.deletion()) {
      return "deleted";
    }
    return version
        .problem()
        .map(p -> p.kind().name().toLowerCase(Locale.ROOT) + ": " + p.reason())
        .or(() -> version.checkpoint().flatMap(HistoryCommand::restored))
        .orElse("completed");
  }

  private static Optional<String> restored(Checkpoint checkpoint) {
    return checkpoint
        .restoredAt()
        .map(
            at ->
                "restored"
                    + checkpoint.restoredFrom().map(id -> " from " + id).orElse("")
                    + checkpoint.restoredBy().map(by -> " by " + by).orElse("")
                    + " at "
                    + Text.seconds(at));
  }
}
