package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.CheckpointList;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.pipeline.OpenPipeline;
import io.github.checkpointmanager.cli.pipeline.OutputVerification;
import io.github.checkpointmanager.cli.pipeline.PipelineOptions;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Subcommand;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code verify}: reads every record whole and reports the damaged ones. */
@Command(
    name = "verify",
    description = "Read all checkpoints and report damaged ones; exit with 5 if there are any.")
final class VerifyCommand implements Subcommand {
  @Option(
      names = "--outputs",
      description = "Instead, compare what the stages of a pipeline made with what was recorded.")
  private boolean outputs;

  @Mixin private final PipelineOptions pipeline = new PipelineOptions();

  @Override
  public int run(Session session) {
    if (outputs) {
      try (OpenPipeline open = OpenPipeline.of(session, pipeline)) {
        return OutputVerification.run(session.output(), open);
      }
    }
    String location;
    CheckpointList list;
    try (Progress progress = new Progress("Verifying", session)) {
      CheckpointManager checkpoints = progress.open();
      location = checkpoints.location();
      list = checkpoints.verify();
    }
    int valid = list.checkpoints().size();
    List<Lookup.Invalid> problems = list.invalid();
    Output output = session.output();
    if (output.isJson()) {
      output.document(
          Json.object().put("location", location).put("valid", valid).put("problems", problems));
    } else {
      problems.forEach(problem -> output.line(problem.stage() + ": " + Text.invalid(problem)));
      output.confirmation(
          String.format(
              Locale.ROOT,
              "%d valid, %d damaged or unreadable in %s",
              valid,
              problems.size(),
              location));
    }
    return problems.isEmpty() ? ExitCodes.DONE : ExitCodes.DAMAGED;
  }
}
