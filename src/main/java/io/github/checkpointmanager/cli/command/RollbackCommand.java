package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Table;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.pipeline.OpenPipeline;
import io.github.checkpointmanager.cli.pipeline.PipelineJson;
import io.github.checkpointmanager.cli.pipeline.PipelineOptions;
import io.github.checkpointmanager.cli.pipeline.RunConsole;
import io.github.checkpointmanager.cli.pipeline.StageShell;
import io.github.checkpointmanager.cli.process.SignalForwarder;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Subcommand;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.rollback.Rollback;
import io.github.checkpointmanager.pipeline.rollback.RollbackJournal;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan.RollbackStep;
import io.github.checkpointmanager.pipeline.rollback.RollbackReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rollback}: undoes completed stages by the commands that the pipeline's file declares. */
@Command(
    name = "rollback",
    description = "Undo completed stages, the last first, by their 'rollback' commands.",
    footer = {
      "",
      "A rollback that was interrupted goes on when it is run again; until it is finished or given",
      "up, no pipeline runs here. Ends with 0 when everything is undone, 7 when a stage's rollback",
      "command failed, 3 while a worker or another rollback is at work, 1 when the question was",
      "answered with no."
    })
final class RollbackCommand implements Subcommand {
  private static final String NOTHING = "there is nothing to undo";

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

  @Option(
      names = "--adopt",
      description = "Undo stages too that a pipeline of another name completed here.")
  private boolean adopt;

  @Option(
      names = "--leave-undeclared",
      description = "Leave completed stages that the file no longer has (refused without).")
  private boolean leaveUndeclared;

  @Option(
      names = "--abandon",
      description =
          "Undo nothing, give up an interrupted rollback: a half undone stage loses its"
              + " checkpoint.")
  private boolean abandon;

  @Mixin private final Confirmation confirmation = new Confirmation();

  @Option(
      names = "--journal",
      description = "Undo nothing, show what the last rollback did, each compensation and attempt.")
  private boolean journal;

  @Override
  public int run(Session session) {
    Output output = session.output();
    try (OpenPipeline open = OpenPipeline.of(session, PipelineOptions.of(file))) {
      if (journal) {
        return showJournal(output, open.checkpoints());
      }
      if (abandon) {
        return abandon(session, open);
      }
      RollbackPlan plan = rollback(open, open.pipeline()).plan();
      if (confirmation.isDryRun()) {
        plan.steps().forEach(step -> noteValues(output, open, step));
        int status = tell(output, open, planned(plan), plan, null);
        requireNoObstacle(plan);
        return status;
      }
      requireNoObstacle(plan);
      if (!plan.steps().isEmpty() && !agreed(session, plan)) {
        return ExitCodes.NO;
      }
      return run(session, open);
    }
  }

  private int abandon(Session session, OpenPipeline open) {
    Output output = session.output();
    if (to != null || leaveUndeclared) {
      throw CommandException.refused(
          "Nothing was given up",
          "--abandon gives up the interrupted rollback, whatever that undoes",
          "Leave out --to and --leave-undeclared");
    }
    Optional<RollbackJournal> unfinished =
        Rollback.journal(open.checkpoints()).filter(found -> !found.isFinished());
    if (unfinished.isEmpty()) {
      output.note("no rollback was interrupted in " + open.checkpoints().location());
      return ExitCodes.NO;
    }
    Rollback rollback = Rollback.of(open.checkpoints(), open.pipeline());
    RollbackPlan nothing =
        new RollbackPlan(unfinished.get().target(), List.of(), true, List.of(), true);
    if (confirmation.isDryRun()) {
      List<String> pending = rollback.halfUndone();
      return tellAbandoned(output, open, nothing, null, pending);
    }
    if (!confirmation.isGiven(
        session,
        new Confirmation.Phrases("give up", "given up"),
        () -> {
          rollback.halfUndone().forEach(stage -> output.note("would make pending " + stage));
          return "Give up the interrupted rollback";
        })) {
      return ExitCodes.NO;
    }
    List<String> pending = rollback.abandon();
    return tellAbandoned(
        output, open, nothing, new RollbackReport(nothing, List.of(), Optional.empty()), pending);
  }

  private static int tellAbandoned(
      Output output,
      OpenPipeline open,
      RollbackPlan plan,
      @Nullable RollbackReport report,
      List<String> pending) {
    if (output.isJson()) {
      output.document(PipelineJson.rollback(open, plan, report, pending));
      return ExitCodes.DONE;
    }
    String would = report == null ? "would make" : "made";
    pending.forEach(stage -> output.confirmation(would + " pending " + stage));
    output.confirmation(report == null ? "would give up the rollback" : "gave up the rollback");
    return ExitCodes.DONE;
  }

  private static void requireNoObstacle(RollbackPlan plan) {
    if (plan.obstacle().isPresent()) {
      throw plan.obstacle().get();
    }
  }

  private Rollback rollback(OpenPipeline open, Pipeline pipeline) {
    Rollback rollback = Rollback.of(open.checkpoints(), pipeline);
    if (adopt) {
      rollback = rollback.adopt();
    }
    if (leaveUndeclared) {
      rollback = rollback.leaveUndeclared();
    }
    return to == null ? rollback : rollback.to(to);
  }

  private int run(Session session, OpenPipeline open) {
    RunConsole console = new RunConsole(session, 1, false);
    RollbackReport report;
    Optional<String> signal;
    try (SignalForwarder signals = SignalForwarder.installInterrupting()) {
      StageShell shell = StageShell.of(open, signals, console);
      report =
          rollback(open, open.pipeline(shell::task))
              .listener(step -> begin(step, open, console, session.output()))
              .run();
      signal = signals.received();
    }
    console.drain();
    int status = tell(session.output(), open, done(report), report.plan(), report);
    return status != ExitCodes.DONE && signal.isPresent()
        ? SignalForwarder.status(signal.get())
        : status;
  }

  private static void begin(
      RollbackStep step, OpenPipeline open, RunConsole console, Output output) {
    console.note("undoing " + described(step));
    noteValues(output, open, step);
  }

  /**
   * The values that a command gets, where they are not those that the file and the record agree on.
   */
  private static void noteValues(Output output, OpenPipeline open, RollbackStep step) {
    if (step.action() != RollbackStep.Action.COMPENSATE) {
      return;
    }
    step.parameters().stream()
        .filter(parameter -> !parameter.isAsDeclared())
        .forEach(parameter -> output.note(step.stage() + ": " + parameter.description()));
    if (open.declaresVariables(step.stage())) {
      output.note(step.stage() + ": its 'env' is not recorded, and is that of the file");
    }
  }

  private static int tell(
      Output output,
      OpenPipeline open,
      List<String> rows,
      RollbackPlan plan,
      @Nullable RollbackReport report) {
    if (output.isJson()) {
      output.document(PipelineJson.rollback(open, plan, report, List.of()));
    } else {
      rows.forEach(output::confirmation);
    }
    return report == null || report.isComplete() ? ExitCodes.DONE : ExitCodes.STAGE_FAILED;
  }

  private boolean agreed(Session session, RollbackPlan plan) {
    return confirmation.isGiven(
        session,
        new Confirmation.Phrases("undo", "undone"),
        () -> {
          planned(plan).forEach(session.output()::note);
          return "Undo " + Text.count(plan.steps().size(), "stage");
        });
  }

  private static int showJournal(Output output, CheckpointManager checkpoints) {
    Optional<RollbackJournal> found = Rollback.journal(checkpoints);
    if (output.isJson()) {
      output.document(PipelineJson.journal(checkpoints.location(), found));
    } else if (found.isPresent()) {
      output.table(rows(found.get()));
    } else {
      output.note("no rollback was run in " + checkpoints.location());
    }
    return found.isPresent() ? ExitCodes.DONE : ExitCodes.NO;
  }

  private static List<String> planned(RollbackPlan plan) {
    List<String> rows = new ArrayList<>();
    if (plan.steps().isEmpty()) {
      rows.add(NOTHING);
    }
    plan.steps().forEach(step -> rows.add("would undo " + described(step)));
    plan.undeclared().forEach(stage -> rows.add("would leave " + undeclared(stage)));
    return rows;
  }

  private static String undeclared(String stage) {
    return stage + " completed (the file no longer has it)";
  }

  private static String described(RollbackStep step) {
    return step.stage()
        + switch (step.action()) {
          case COMPENSATE -> step.attempt() == 1 ? "" : " (attempt " + step.attempt() + ")";
          case FORGET -> " (it declares no rollback: only its checkpoint goes)";
          case RESUME -> " (its rollback has run before: only its checkpoint goes)";
        };
  }

  private static List<String> done(RollbackReport report) {
    List<String> rows = new ArrayList<>();
    if (report.plan().steps().isEmpty()) {
      rows.add(NOTHING);
    }
    report.undone().forEach(stage -> rows.add("undone " + stage));
    report.plan().undeclared().forEach(stage -> rows.add("left " + undeclared(stage)));
    report
        .failure()
        .ifPresent(
            failure ->
                rows.add(
                    String.format(
                        Locale.ROOT,
                        "stopped at %s (attempt %d): %s; fix it and run the rollback again, or give"
                            + " it up with --abandon",
                        failure.stage(),
                        failure.attempt(),
                        Text.reason(failure.cause()))));
    return rows;
  }

  private static Table rows(RollbackJournal journal) {
    Table table = new Table("TIME", "EVENT", "STAGE", "ATTEMPT", "DETAIL");
    for (RollbackJournal.Entry entry : journal.entries()) {
      table.row(
          entry.at(),
          entry.event(),
          entry.stage().isEmpty() ? Table.NONE : entry.stage(),
          entry.attempt() == 0 ? Table.NONE : entry.attempt(),
          entry.event() == RollbackJournal.Event.STARTED ? "" : entry.detail());
    }
    return table;
  }
}
