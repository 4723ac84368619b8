package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.pipeline.OpenPipeline;
import io.github.checkpointmanager.cli.pipeline.PipelineJson;
import io.github.checkpointmanager.cli.pipeline.PipelineOptions;
import io.github.checkpointmanager.cli.pipeline.RollbackRows;
import io.github.checkpointmanager.cli.pipeline.RunConsole;
import io.github.checkpointmanager.cli.pipeline.StageShell;
import io.github.checkpointmanager.cli.process.Executables;
import io.github.checkpointmanager.cli.process.SignalForwarder;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.pipeline.rollback.Rollback;
import io.github.checkpointmanager.pipeline.rollback.RollbackJournal;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan;
import io.github.checkpointmanager.pipeline.rollback.RollbackReport;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rollback}: undoes completed stages by the commands that the pipeline's file declares. */
@Command(
    name = RollbackCommand.NAME,
    description = "Undo completed stages, the last first, by their 'rollback' commands.",
    footer = {
      "",
      "A rollback that was interrupted goes on when it is run again. Ends with 0 when everything"
          + " is",
      "undone, 7 when a stage's rollback command failed, 1 when the question was answered with no."
    })
public final class RollbackCommand implements Callable<Integer> {
  static final String NAME = "rollback";

  private final Session session;

  @Option(
      names = "--to",
      paramLabel = "STAGE",
      description = "Undo only what depends on this stage (everything).")
  private @Nullable String to;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "The pipeline's file (pipeline.yaml).")
  private Path file = Path.of(PipelineOptions.DEFAULT_FILE);

  @Mixin private final Confirmation confirmation = new Confirmation();

  @Option(
      names = "--journal",
      description = "Undo nothing, show what the last rollback did, each compensation and attempt.")
  private boolean journal;

  public RollbackCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    try (OpenPipeline open = OpenPipeline.of(session, PipelineOptions.of(file))) {
      if (journal) {
        return showJournal(open.checkpoints());
      }
      RollbackPlan plan = plan(open);
      if (confirmation.isDryRun()) {
        return tell(open, RollbackRows.planned(plan), plan, null);
      }
      if (!plan.steps().isEmpty() && !agreed(plan)) {
        return ExitCodes.NO;
      }
      return run(open);
    }
  }

  private RollbackPlan plan(OpenPipeline open) {
    return to(Rollback.of(open.checkpoints(), open.pipeline())).plan();
  }

  private Rollback to(Rollback rollback) {
    return to == null ? rollback : rollback.to(to);
  }

  private int run(OpenPipeline open) {
    RunConsole console = new RunConsole(session, false);
    RollbackReport report;
    Optional<String> signal;
    try (SignalForwarder signals = SignalForwarder.installInterrupting()) {
      Executables executables = new Executables(session.environment().get("PATH"));
      StageShell.Streams streams = StageShell.Streams.of(session, 1, false);
      StageShell shell = new StageShell(executables, open, signals, console, streams);
      report =
          to(Rollback.of(open.checkpoints(), open.pipeline(shell::task)))
              .listener(step -> console.note(RollbackRows.doing(step)))
              .run();
      signal = signals.received();
    }
    int status = tell(open, RollbackRows.done(report), report.plan(), report);
    return status != ExitCodes.DONE && signal.isPresent()
        ? SignalForwarder.status(signal.get())
        : status;
  }

  private int tell(
      OpenPipeline open,
      Iterable<String> rows,
      RollbackPlan plan,
      @Nullable RollbackReport report) {
    Output output = session.output();
    if (output.isJson()) {
      output.document(PipelineJson.rollback(open, plan, report));
    } else {
      rows.forEach(output::confirmation);
    }
    return report == null || report.isComplete() ? ExitCodes.DONE : ExitCodes.STAGE_FAILED;
  }

  private boolean agreed(RollbackPlan plan) {
    return confirmation.isGiven(
        session,
        new Confirmation.Wording("undo", "undone"),
        () -> {
          RollbackRows.planned(plan).forEach(session.output()::note);
          return "Undo " + Text.count(plan.steps().size(), "stage");
        });
  }

  private int showJournal(CheckpointManager checkpoints) {
    Optional<RollbackJournal> found = Rollback.journal(checkpoints);
    Output output = session.output();
    if (output.isJson()) {
      output.document(PipelineJson.journal(checkpoints.location(), found));
    } else if (found.isPresent()) {
      RollbackRows.journal(found.get()).lines().forEach(output::line);
    } else {
      output.note("no rollback was run in " + checkpoints.location());
    }
    return found.isPresent() ? ExitCodes.DONE : ExitCodes.NO;
  }
}
