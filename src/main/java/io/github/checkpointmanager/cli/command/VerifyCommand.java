package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.CheckpointList;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.pipeline.OpenPipeline;
import io.github.checkpointmanager.cli.pipeline.PipelineJson;
import io.github.checkpointmanager.cli.pipeline.PipelineOptions;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Subcommand;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineSnapshot;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.DeclaredOutput;
import io.github.checkpointmanager.pipeline.PipelineStage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code verify}: reads every record whole, or every output, and reports the damaged ones. */
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
    return outputs ? verifyOutputs(session) : verifyRecords(pipeline.atFile(session));
  }

  private static int verifyRecords(Session session) {
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

  /** An output that is not as its stage made it. */
  private record Fault(String stage, String output, DeclaredOutput.State state, String reason) {
    String sentence() {
      return stage
          + ": output "
          + output
          + ": "
          + Text.lower(state)
          + (state == DeclaredOutput.State.MISSING ? "" : ": " + reason);
    }
  }

  private int verifyOutputs(Session session) {
    Output output = session.output();
    List<Fault> faults = new ArrayList<>();
    int valid = 0;
    try (OpenPipeline open = OpenPipeline.of(session, pipeline)) {
      Pipeline declared = open.pipeline();
      PipelineSnapshot snapshot =
          open.runner().options(open.planOptions().withCheckOutputs()).build().read(declared);
      for (PipelineStage stage : declared.order()) {
        for (DeclaredOutput found : snapshot.outputs(stage.name())) {
          switch (found.state()) {
            case SAME -> valid++;
            case UNRECORDED -> {}
            case CHANGED, MISSING, UNREADABLE ->
                faults.add(new Fault(stage.name(), found.path(), found.state(), found.detail()));
          }
        }
      }
      if (output.isJson()) {
        output.document(
            PipelineJson.head(open, declared.name()).put("valid", valid).put("problems", faults));
      } else {
        faults.forEach(fault -> output.line(fault.sentence()));
        output.confirmation(
            String.format(
                Locale.ROOT,
                "%d outputs as they were made, %d missing, changed or unreadable",
                valid,
                faults.size()));
      }
    }
    return faults.isEmpty() ? ExitCodes.DONE : ExitCodes.DAMAGED;
  }
}
