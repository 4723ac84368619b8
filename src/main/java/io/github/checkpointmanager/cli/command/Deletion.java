package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointHistory;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClearOptions;
import io.github.checkpointmanager.ClearResult;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Problem;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.pipeline.NamedStages;
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

  @Option(
      names = "--strict",
      description = "Delete nothing, and end with 1, if a named stage has no checkpoint.")
  private boolean strict;

  private boolean warned;

  /**
   * What was deleted, or would be.
   *
   * @param names which of the named stages were there
   * @param undoable whether {@code restore} brings it back; empty when the store does not say, or
   *     was not asked
   */
  private record Deleted(
      String location, ClearResult result, NamedStages names, Optional<Boolean> undoable) {
    List<String> stages() {
      return names.present(result.stages());
    }
  }

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
      NamedStages names = names(checkpoints, kind);
      return new Deleted(
          checkpoints.location(),
          kind == Kind.CLEAR ? clear(checkpoints, options) : purge(checkpoints.history(), options),
          names,
          kind == Kind.CLEAR && dryRun ? undoable(checkpoints) : Optional.empty());
    }
  }

  /**
   * Looks which of the named stages are there, before anything is deleted.
   *
   * @throws CommandException one is not, and that matters
   */
  private NamedStages names(CheckpointManager checkpoints, Kind kind) {
    if (stages.isEmpty()) {
      return NamedStages.NONE;
    }
    NamedStages names = NamedStages.find(checkpoints, stages, kind == Kind.PURGE);
    if (strict && !names.absent().isEmpty()) {
      throw new CommandException(
          Problem.of(
                  "absent",
                  ExitCodes.NO,
                  "Nothing was " + kind.done,
                  names.sentence(checkpoints.location()),
                  "Correct the names, or leave out --strict")
              .at(checkpoints.location(), names.absent().get(0).stage()));
    }
    return names;
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
    warnOfAbsent(session.output(), planned);
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

  /** Once. */
  private void warnOfAbsent(Output output, Deleted deleted) {
    if (!deleted.names().absent().isEmpty() && !warned) {
      output.warning(deleted.names().sentence(deleted.location()));
      warned = true;
    }
  }

  private void report(Output output, Kind kind, Deleted deleted) {
    ClearResult result = deleted.result();
    if (output.isJson()) {
      Json.Fields document =
          Json.object()
              .put("location", deleted.location())
              .put("dryRun", result.dryRun())
              .put("keys", keys(kind, deleted))
              .put("stages", deleted.stages())
              .put("absent", deleted.names().absent());
      output.document(kind == Kind.CLEAR ? document.put("undoable", deleted.undoable()) : document);
      return;
    }
    warnOfAbsent(output, deleted);
    if (result.dryRun()) {
      String would = "would " + kind.verb + " ";
      deleted.stages().forEach(stage -> output.line(would + stage));
      output.confirmation(would + count(kind, deleted));
    } else {
      output.confirmation(kind.done + " " + count(kind, deleted));
    }
  }

  /** The library counts the keys of a named stage that is not there: a purge that of its claim. */
  private static long keys(Kind kind, Deleted deleted) {
    int counted = kind == Kind.CLEAR ? 1 : 2;
    return deleted.result().keys() - (long) counted * deleted.names().absent().size();
  }

  /** A clear counts stages that are named, which may have had a claim alone; a purge always. */
  private String count(Kind kind, Deleted deleted) {
    String counted = kind == Kind.CLEAR && stages.isEmpty() ? "checkpoint" : "stage";
    return Text.count(deleted.stages().size(), counted) + " of " + deleted.location();
  }
}
