package io.github.checkpointmanager.cli;

import io.github.checkpointmanager.pipeline.PipelineStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code pipeline status}: where the declared stages stand. */
@Command(name = "status", description = "Show where the stages of the pipeline stand.")
final class PipelineStatusCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final PipelineOptions options = new PipelineOptions();

  PipelineStatusCommand(Session session) {
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
