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
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code verify}: reads every record whole and reports the damaged ones. */
@Command(
    name = "verify",
    description = "Read all checkpoints and report damaged ones; exit with 5 if there are any.")
public final class VerifyCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = "--outputs",
      description = "Instead, compare what the stages of a pipeline made with what was recorded.")
  private boolean outputs;

  @Mixin private final PipelineOptions pipeline = new PipelineOptions();

  public VerifyCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (outputs) {
      try (OpenPipeline open = OpenPipeline.of(session, pipeline)) {
        return new OutputVerification(session, open).run();
      }
    }
    String location;
    CheckpointList inventory;
    try (Progress progress = Progress.start("Verifying", session)) {
      CheckpointManager checkpoints = progress.open();
      location = checkpoints.location();
      inventory = checkpoints.verify();
    }
    Output output = session.output();
    if (output.isJson()) {
      output.document(Json.verification(location, inventory));
    } else {
      for (Lookup.Invalid problem : inventory.invalid()) {
        output.line(
            Text.printable(
                problem.stage()
                    + ": "
                    + problem.kind().name().toLowerCase(Locale.ROOT)
                    + ": "
                    + problem.reason()));
      }
      output.confirmation(
          inventory.checkpoints().size()
              + " valid, "
              + inventory.invalid().size()
              + " damaged or unreadable in "
              + Text.printable(location));
    }
    return inventory.invalid().isEmpty() ? ExitCodes.DONE : ExitCodes.DAMAGED;
  }
}
