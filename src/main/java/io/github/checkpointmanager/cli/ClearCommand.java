package io.github.checkpointmanager.cli;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClearOptions;
import io.github.checkpointmanager.ClearResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clear}: deletes checkpoints, after a person or {@code --yes} has agreed. */
@Command(name = "clear", description = "Delete the checkpoints of these stages, or all of them.")
final class ClearCommand implements Callable<Integer> {
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

  ClearCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (!dryRun && !yes && !session.streams().interactive()) {
      throw CommandException.refused(
          "Nothing was cleared",
          "nobody can be asked, since standard input or standard error is not a terminal",
          "Give --yes to clear without asking, or --dry-run to see what would be deleted");
    }
    if (!dryRun && !yes && !confirmed()) {
      session.output().note("nothing was cleared");
      return ExitCodes.NO;
    }
    ClearOptions options = options();
    tell(clear(dryRun ? options.withDryRun() : options));
    return ExitCodes.DONE;
  }

  /** What a clear did, or would do, and where. */
  private record Cleared(String location, ClearResult result) {}

  private ClearOptions options() {
    return force ? ClearOptions.standard().withForce() : ClearOptions.standard();
  }

  private Cleared clear(ClearOptions options) {
    try (Progress progress = Progress.start("Clearing", session)) {
      CheckpointManager checkpoints = progress.open();
      return new Cleared(
          checkpoints.location(),
          stages.isEmpty() ? checkpoints.clear(options) : checkpoints.clear(stages, options));
    }
  }

  private boolean confirmed() {
    Cleared planned = clear(options().withDryRun());
    session.output().prompt("Delete " + count(planned) + "? [y/N] ");
    try {
      String answer =
          new BufferedReader(new InputStreamReader(session.streams().in(), StandardCharsets.UTF_8))
              .readLine();
      return answer != null && (answer.equalsIgnoreCase("y") || answer.equalsIgnoreCase("yes"));
    } catch (IOException e) {
      throw CommandException.refused(
          "Nothing was cleared", e, "Give --yes to clear without asking");
    }
  }

  private void tell(Cleared cleared) {
    Output output = session.output();
    if (output.isJson()) {
      output.document(Json.cleared(cleared.location(), cleared.result()));
      return;
    }
    if (dryRun) {
      cleared
          .result()
          .stages()
          .forEach(stage -> output.line("would clear " + Text.printable(stage)));
    }
    output.confirmation((dryRun ? "would clear " : "cleared ") + Text.printable(count(cleared)));
  }

  /** Named stages are cleared whether or not they had a checkpoint, which nobody asked. */
  private String count(Cleared cleared) {
    String things = stages.isEmpty() ? "checkpoint" : "stage";
    int count = cleared.result().stages().size();
    return count + " " + things + (count == 1 ? "" : "s") + " of " + cleared.location();
  }
}
