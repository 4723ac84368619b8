package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.CheckpointException;
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
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code clear} and {@code purge} share: their options; plan, warn, ask, delete, report. */
final class Deletion {
  /** What is deleted. */
  enum Kind {
    /** The current checkpoints. */
    CLEAR("Clearing", "clear", "cleared"),
    /** The checkpoints and their history. */
    PURGE("Purging", "purge", "purged");

    private final String progress;
    private final String verb;
    private final String done;

    Kind(String progress, String verb, String done) {
      this.progress = progress;
      this.verb = verb;
      this.done = done;
    }
  }

  @Parameters(paramLabel = "STAGE", arity = "0..*", description = "Names of the stages (all).")
  private List<String> stages = new ArrayList<>();

  @Mixin private final Confirmation confirmation = new Confirmation();

  @Option(names = "--force", description = "Even if a worker is executing a stage.")
  private boolean force;

  /**
   * What was deleted, or would be.
   *
   * @param undoable whether {@code restore} brings it back; empty when the store does not say, or
   *     was not asked
   */
  private record Deleted(String location, ClearResult result, Optional<Boolean> undoable) {}

  /** Deletes, after {@code --yes} or a person's yes. */
  int run(Session session, Kind kind) {
    Output output = session.output();
    if (confirmation.isDryRun()) {
      Deleted planned = delete(session, kind, true);
      report(output, kind, planned);
      if (kind == Kind.CLEAR && !output.isJson()) {
        reportUndoable(output, planned);
      }
      return ExitCodes.DONE;
    }
    Confirmation.Phrases wording = new Confirmation.Phrases(kind.verb, kind.done);
    if (!confirmation.isGiven(session, wording, () -> question(session, kind))) {
      return ExitCodes.NO;
    }
    report(output, kind, delete(session, kind, false));
    return ExitCodes.DONE;
  }

  private Deleted delete(Session session, Kind kind, boolean dryRun) {
    ClearOptions options = new ClearOptions(force, dryRun);
    try (Progress progress = new Progress(kind.progress, session)) {
      CheckpointManager checkpoints = progress.open();
      return new Deleted(
          checkpoints.location(),
          kind == Kind.CLEAR ? clear(checkpoints, options) : purge(checkpoints.history(), options),
          kind == Kind.CLEAR && dryRun ? undoable(checkpoints) : Optional.empty());
    }
  }

  private ClearResult clear(CheckpointManager checkpoints, ClearOptions options) {
    return stages.isEmpty() ? checkpoints.clear(options) : checkpoints.clear(stages, options);
  }

  private ClearResult purge(CheckpointHistory history, ClearOptions options) {
    return stages.isEmpty() ? history.purgeAll(options) : history.purge(stages, options);
  }

  /** One request at most. A user who may not ask, or gets no answer, may still delete. */
  private static Optional<Boolean> undoable(CheckpointManager checkpoints) {
    try {
      return Optional.of(checkpoints.history().isKept());
    } catch (CheckpointException e) {
      return Optional.empty();
    }
  }

  private String question(Session session, Kind kind) {
    Deleted planned = delete(session, kind, true);
    if (kind == Kind.CLEAR) {
      reportUndoable(session.output(), planned);
      return "Delete " + count(kind, planned);
    }
    session.output().warning("this cannot be undone: the history goes too");
    return "Delete " + count(kind, planned) + " with all versions";
  }

  private static void reportUndoable(Output output, Deleted planned) {
    String location = planned.location();
    if (planned.undoable().isEmpty()) {
      output.warning("whether this can be undone is not known: " + location + " does not say");
    } else if (planned.undoable().get()) {
      output.note("this can be undone by restore");
    } else {
      output.warning("this cannot be undone: " + location + " keeps no history");
    }
  }

  private void report(Output output, Kind kind, Deleted deleted) {
    ClearResult result = deleted.result();
    if (output.isJson()) {
      Json.Fields document =
          Json.object()
              .put("location", deleted.location())
              .put("dryRun", result.dryRun())
              .put("keys", result.keys())
              .put("stages", result.stages());
      output.document(kind == Kind.CLEAR ? document.put("undoable", deleted.undoable()) : document);
    } else if (result.dryRun()) {
      String would = "would " + kind.verb + " ";
      result.stages().forEach(stage -> output.line(would + stage));
      output.confirmation(would + count(kind, deleted));
    } else {
      output.confirmation(kind.done + " " + count(kind, deleted));
    }
  }

  /** A clear counts stages that are named, which may have had no checkpoint; a purge always. */
  private String count(Kind kind, Deleted deleted) {
    String counted = kind == Kind.CLEAR && stages.isEmpty() ? "checkpoint" : "stage";
    return Text.count(deleted.result().stages().size(), counted) + " of " + deleted.location();
  }
}
