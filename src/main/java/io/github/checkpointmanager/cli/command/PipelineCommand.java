package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.pipeline.OpenPipeline;
import io.github.checkpointmanager.cli.pipeline.PipelineJson;
import io.github.checkpointmanager.cli.pipeline.PipelineOptions;
import io.github.checkpointmanager.cli.pipeline.PipelineRun;
import io.github.checkpointmanager.cli.pipeline.PlanRows;
import io.github.checkpointmanager.cli.pipeline.RunFlags;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Subcommand;
import io.github.checkpointmanager.pipeline.PipelineStatus;
import io.github.checkpointmanager.pipeline.ResumePlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pipeline}: a declared pipeline as a whole; does nothing itself. */
@Command(
    name = "pipeline",
    description = "Run, plan or show the pipeline that a file declares.",
    synopsisSubcommandLabel = "run|plan|status",
    subcommands = {
      PipelineCommand.RunSubcommand.class,
      PipelineCommand.PlanSubcommand.class,
      PipelineCommand.StatusSubcommand.class
    })
final class PipelineCommand {
  /** {@code pipeline plan}: what a run would do now, and why. */
  @Command(name = "plan", description = "Say which stages would run, and why; run nothing.")
  static final class PlanSubcommand implements Subcommand {
    @Mixin private final PipelineOptions options = new PipelineOptions();

    @Option(names = "--dry-run", description = "Changes nothing: a plan never does anything.")
    @SuppressWarnings("UnusedVariable") // for those who give it to every command
    private boolean dryRun;

    @Override
    public int run(Session session) {
      try (OpenPipeline open = OpenPipeline.of(session, options)) {
        show(session.output(), open);
      }
      return ExitCodes.DONE;
    }

    static void show(Output output, OpenPipeline open) {
      ResumePlan plan = open.read().plan();
      if (output.isJson()) {
        output.document(PipelineJson.plan(open, plan));
      } else {
        output.table(PlanRows.of(plan));
        output.confirmation(PlanRows.summary(plan));
      }
    }
  }

  /** {@code pipeline run}: runs what is not completed. */
  @Command(
      name = "run",
      description = "Run the stages that are not completed, each after those it depends on.",
      footer = {
        "",
        "Ends with 0 when every stage is completed, 7 when a stage failed or is blocked, 6 when the",
        "store failed, 128 + n when signal n ended the run."
      })
  static final class RunSubcommand implements Subcommand {
    @Mixin private final PipelineOptions options = new PipelineOptions();

    @Mixin private final RunFlags flags = new RunFlags();

    @Option(names = "--dry-run", description = "Run nothing, say what would be.")
    private boolean dryRun;

    @Override
    public int run(Session session) {
      flags.validate();
      try (OpenPipeline open = OpenPipeline.of(session, options)) {
        if (dryRun) {
          PlanSubcommand.show(session.output(), open);
          return ExitCodes.DONE;
        }
        PipelineRun.Ended ended = new PipelineRun(session, open, flags).run();
        if (session.output().isJson()) {
          session.output().document(PipelineJson.report(open, ended));
        }
        return ended.exitCode();
      }
    }
  }

  /** {@code pipeline status}: the states of the declared stages. */
  @Command(name = "status", description = "Show the states of the stages of the pipeline.")
  static final class StatusSubcommand implements Subcommand {
    @Mixin private final PipelineOptions options = new PipelineOptions();

    @Override
    public int run(Session session) {
      try (OpenPipeline open = OpenPipeline.of(session, options)) {
        PipelineStatus status = open.read().status();
        if (session.output().isJson()) {
          session.output().document(PipelineJson.status(open, status));
        } else {
          session.output().table(PlanRows.of(status));
        }
      }
      return ExitCodes.DONE;
    }
  }
}
