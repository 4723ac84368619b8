package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.pipeline.OpenPipeline;
import io.github.checkpointmanager.cli.pipeline.PipelineJson;
import io.github.checkpointmanager.cli.pipeline.PipelineOptions;
import io.github.checkpointmanager.cli.pipeline.PlanRows;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.pipeline.ResumePlan;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pipeline plan}: what a run would do now, and why. */
@Command(name = "plan", description = "Say which stages would run, and why; run nothing.")
public final class PipelinePlanCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final PipelineOptions options = new PipelineOptions();

  @Option(names = "--dry-run", description = "Changes nothing: a plan never does anything.")
  @SuppressWarnings("UnusedVariable") // for those who give it to every command
  private boolean dryRun;

  public PipelinePlanCommand(Session session) {
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
