package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.CheckpointHistory;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClearOptions;
import io.github.checkpointmanager.ClearResult;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code purge}: deletes checkpoints with all their history. */
@Command(
    name = "purge",
    description = "Delete these stages, or all, with all their history. Cannot be undone.")
public final class PurgeCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "STAGE", arity = "0..*", description = "Names of the stages (all).")
  private List<String> stages = new ArrayList<>();

  @Option(names = "--dry-run", description = "Delete nothing, say what would be.")
  private boolean dryRun;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  @Option(names = "--force", description = "Even if a worker is executing a stage.")
  private boolean force;

  public PurgeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (!dryRun && !yes && !agreed()) {
      return ExitCodes.NO;
    }
    tell(purge(dryRun));
    return ExitCodes.DONE;
  }

  /** What a purge did, or would do, and where. */
  private record Purged(String location, ClearResult result) {}

  private Purged purge(boolean dry) {
    ClearOptions options = new ClearOptions(force, dry);
    try (Progress progress = Progress.start("Purging", session)) {
      CheckpointManager checkpoints = progress.open();
      CheckpointHistory history = checkpoints.history();
      return new Purged(
          checkpoints.location(),
          stages.isEmpty() ? history.purgeAll(options) : history.purge(stages, options));
    }
  }

  private boolean agreed() {
    Question question = new Question(session, "purged", "purge");
    question.requireSomebody();
    Purged planned = purge(true);
    session.output().warning("this cannot be undone: the history goes too");
    return question.ask("Delete " + count(planned) + " with all versions");
  }

  private void tell(Purged purged) {
    Output output = session.output();
    if (output.isJson()) {
      output.document(Json.cleared(purged.location(), purged.result()));
      return;
    }
    if (dryRun) {
      purged
          .result()
          .stages()
          .forEach(stage -> output.line("would purge " + Text.printable(stage)));
    }
    output.confirmation((dryRun ? "would purge " : "purged ") + Text.printable(count(purged)));
  }

  private static String count(Purged purged) {
    return Text.count(purged.result().stages().size(), "stage") + " of " + purged.location();
  }
}
