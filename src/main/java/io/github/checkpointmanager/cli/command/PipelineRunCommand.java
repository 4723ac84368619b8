package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.pipeline.OpenPipeline;
import io.github.checkpointmanager.cli.pipeline.PipelineJson;
import io.github.checkpointmanager.cli.pipeline.PipelineOptions;
import io.github.checkpointmanager.cli.pipeline.PipelineRun;
import io.github.checkpointmanager.cli.pipeline.RunFlags;
import io.github.checkpointmanager.cli.session.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pipeline run}: runs what is not completed. */
@Command(
    name = "run",
    description = "Run the stages that are not completed, each after those it depends on.",
    footer = {
      "",
      "Ends with 0 when every stage is completed, 7 when a stage failed or something stood in its",
      "way, 6 when the store failed, 128 + n when signal n ended the run."
    })
public final class PipelineRunCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final PipelineOptions options = new PipelineOptions();

  @Mixin private final RunFlags flags = new RunFlags();

  @Option(names = "--dry-run", description = "Run nothing, say what would be.")
  private boolean dryRun;

  public PipelineRunCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    flags.jobs();
    flags.lease();
    try (OpenPipeline open = OpenPipeline.of(session, options)) {
      if (dryRun) {
        PipelinePlanCommand.show(session.output(), open, PipelinePlanCommand.planOf(open));
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
