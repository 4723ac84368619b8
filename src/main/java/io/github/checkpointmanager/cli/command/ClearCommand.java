package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.CheckpointException;
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
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clear}: deletes checkpoints, after a person or {@code --yes} has agreed. */
@Command(name = "clear", description = "Delete the checkpoints of these stages, or all of them.")
public final class ClearCommand implements Callable<Integer> {
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

  public ClearCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (dryRun) {
      Cleared planned = clear(true);
      tell(planned);
      if (!session.output().isJson()) {
        planned.undo().tell(session.output(), planned.location());
      }
      return ExitCodes.DONE;
    }
    if (!yes && !agreed()) {
      return ExitCodes.NO;
    }
    tell(clear(false));
    return ExitCodes.DONE;
  }

  /** What a clear did, or would do, and where, and whether that can be undone, if it was asked. */
  private record Cleared(String location, ClearResult result, Reversibility undo) {}

  private Cleared clear(boolean dry) {
    ClearOptions options = new ClearOptions(force, dry);
    try (Progress progress = Progress.start("Clearing", session)) {
      CheckpointManager checkpoints = progress.open();
      return new Cleared(
          checkpoints.location(),
          stages.isEmpty() ? checkpoints.clear(options) : checkpoints.clear(stages, options),
          dry ? Reversibility.of(checkpoints) : new Reversibility(Optional.empty()));
    }
  }

  private boolean agreed() {
    Question question = new Question(session, "cleared", "clear");
    question.requireSomebody();
    Cleared planned = clear(true);
    planned.undo().tell(session.output(), planned.location());
    return question.ask("Delete " + count(planned));
  }

  private void tell(Cleared cleared) {
    Output output = session.output();
    if (output.isJson()) {
      output.document(
          Json.cleared(cleared.location(), cleared.result())
              .put("undoable", cleared.undo().possible()));
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
    return Text.count(cleared.result().stages().size(), stages.isEmpty() ? "checkpoint" : "stage")
        + " of "
        + cleared.location();
  }

  /**
   * Whether a deletion can be undone by {@code restore}.
   *
   * @param possible empty when the store does not say
   */
  record Reversibility(Optional<Boolean> possible) {
    /** One request at most. Who may not ask, or gets no answer, may still delete. */
    static Reversibility of(CheckpointManager checkpoints) {
      try {
        return new Reversibility(Optional.of(checkpoints.history().isKept()));
      } catch (CheckpointException e) {
        return new Reversibility(Optional.empty());
      }
    }

    void tell(Output output, String location) {
      if (possible.isEmpty()) {
        output.warning("whether this can be undone is not known: " + location + " does not say");
      } else if (possible.get()) {
        output.note("this can be undone by restore");
      } else {
        output.warning("this cannot be undone: " + location + " keeps no history");
      }
    }
  }
}
