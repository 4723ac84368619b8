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

  private ClearOptions options() {
    return force ? ClearOptions.standard().withForce() : ClearOptions.standard();
  }

  private ClearResult clear(ClearOptions options) {
    try (Progress progress = Progress.start("Clearing", session)) {
      CheckpointManager checkpoints = progress.open();
      return stages.isEmpty() ? checkpoints.clear(options) : checkpoints.clear(stages, options);
    }
  }

  private boolean confirmed() {
    ClearResult planned = clear(options().withDryRun());
    session
        .output()
        .prompt(
            "Delete "
                + count(planned.stages().size())
                + " of "
                + session.location().withoutOptions()
                + "? [y/N] ");
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

  private void tell(ClearResult result) {
    Output output = session.output();
    String location = session.location().withoutOptions();
    if (output.isJson()) {
      output.document(Json.cleared(location, result));
      return;
    }
    if (dryRun) {
      result.stages().forEach(stage -> output.line("would clear " + Text.printable(stage)));
    }
    output.confirmation(
        (dryRun ? "would clear " : "cleared ")
            + count(result.stages().size())
            + " of "
            + Text.printable(location));
  }

  private static String count(int checkpoints) {
    return checkpoints == 1 ? "1 checkpoint" : checkpoints + " checkpoints";
  }
}
