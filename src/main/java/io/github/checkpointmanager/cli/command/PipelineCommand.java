package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.pipeline.OpenPipeline;
import io.github.checkpointmanager.cli.pipeline.PipelineJson;
import io.github.checkpointmanager.cli.pipeline.PipelineOptions;
import io.github.checkpointmanager.cli.pipeline.PipelineRun;
import io.github.checkpointmanager.cli.pipeline.PlanRows;
import io.github.checkpointmanager.cli.pipeline.RunFlags;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.pipeline.PipelineStatus;
import io.github.checkpointmanager.pipeline.ResumePlan;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code pipeline}: a declared pipeline as a whole; does nothing itself. */
@Command(
    name = PipelineCommand.NAME,
    description = "Run, plan or show the pipeline that a file declares.",
    synopsisSubcommandLabel = "run|plan|status")
public final class PipelineCommand implements Runnable {
  public static final String NAME = "pipeline";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing required subcommand");
  }

  /** {@code pipeline plan}: what a run would do now, and why. */
  @Command(name = "plan", description = "Say which stages would run, and why; run nothing.")
  public static final class Plan implements Callable<Integer> {
    private final Session session;

    @Mixin private final PipelineOptions options = new PipelineOptions();

    @Option(names = "--dry-run", description = "Changes nothing: a plan never does anything.")
    @SuppressWarnings("UnusedVariable") // for those who give it to every command
    private boolean dryRun;

    public Plan(Session session) {
      this.session = session;
    }

    @Override
    public Integer call() {
      try (OpenPipeline open = OpenPipeline.of(session, options)) {
        show(session.output(), open, planOf(open));
      }
      return ExitCodes.DONE;
    }

    static ResumePlan planOf(OpenPipeline open) {
      return open.read(open.pipeline()).plan();
    }

    static void show(Output output, OpenPipeline open, ResumePlan plan) {
      if (output.isJson()) {
        output.document(PipelineJson.plan(open, plan));
      } else {
        PlanRows.of(plan).forEach(output::line);
        output.confirmation(Text.printable(PlanRows.summary(plan)));
      }
    }
  }

  /** {@code pipeline run}: runs what is not completed. */
  @Command(
      name = "run",
      description = "Run the stages that are not completed, each after those it depends on.",
      footer = {
        "",
        "Ends with 0 when every stage is completed, 7 when a stage failed or something stood in its",
        "way, 6 when the store failed, 128 + n when signal n ended the run."
      })
  public static final class Run implements Callable<Integer> {
    private final Session session;

    @Mixin private final PipelineOptions options = new PipelineOptions();

    @Mixin private final RunFlags flags = new RunFlags();

    @Option(names = "--dry-run", description = "Run nothing, say what would be.")
    private boolean dryRun;

    public Run(Session session) {
      this.session = session;
    }

    @Override
    public Integer call() {
      flags.jobs();
      flags.lease();
      try (OpenPipeline open = OpenPipeline.of(session, options)) {
        if (dryRun) {
          Plan.show(session.output(), open, Plan.planOf(open));
          return ExitCodes.DONE;
        }
        PipelineRun.Ended ended = new PipelineRun(session, open, flags).run();
        if (session.output().isJson()) {
          session.output().document(PipelineJson.report(open, ended.report(), ended.exitCode()));
        }
        return ended.exitCode();
      }
    }
  }

  /** {@code pipeline status}: where the declared stages stand. */
  @Command(name = "status", description = "Show where the stages of the pipeline stand.")
  public static final class Status implements Callable<Integer> {
    private final Session session;

    @Mixin private final PipelineOptions options = new PipelineOptions();

    public Status(Session session) {
      this.session = session;
    }

    @Override
    public Integer call() {
      try (OpenPipeline open = OpenPipeline.of(session, options)) {
        PipelineStatus status = open.read(open.pipeline()).status();
        Output output = session.output();
        if (output.isJson()) {
          output.document(PipelineJson.status(open, status));
        } else {
          PlanRows.of(status).forEach(output::line);
        }
      }
      return ExitCodes.DONE;
    }
  }
}
