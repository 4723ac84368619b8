package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.pipeline.OpenPipeline;
import io.github.checkpointmanager.cli.pipeline.PipelineJson;
import io.github.checkpointmanager.cli.pipeline.PipelineOptions;
import io.github.checkpointmanager.cli.pipeline.PlanRows;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.pipeline.PipelineStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code pipeline status}: where the declared stages stand. */
@Command(name = "status", description = "Show where the stages of the pipeline stand.")
public final class PipelineStatusCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final PipelineOptions options = new PipelineOptions();

  public PipelineStatusCommand(Session session) {
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
