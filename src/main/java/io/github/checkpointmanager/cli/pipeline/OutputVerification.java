package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineSnapshot;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.DeclaredOutput;
import io.github.checkpointmanager.pipeline.PipelineStage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code verify --outputs}: whether what stages made is still there as they made it. */
public final class OutputVerification {
  private OutputVerification() {}

  private record Fault(String stage, String output, DeclaredOutput.State state, String reason) {}

  /** Returns the exit code. */
  public static int run(Output output, OpenPipeline open) {
    Pipeline pipeline = open.pipeline();
    PipelineSnapshot snapshot =
        open.runner().options(open.planOptions().withCheckOutputs()).build().read(pipeline);
    List<Fault> faults = new ArrayList<>();
    int valid = 0;
    for (PipelineStage stage : pipeline.order()) {
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
          PipelineJson.head(open, pipeline.name()).put("valid", valid).put("problems", faults));
    } else {
      for (Fault fault : faults) {
        String missing =
            fault.stage() + ": output " + fault.output() + ": " + Text.lower(fault.state());
        output.line(
            fault.state() == DeclaredOutput.State.MISSING
                ? missing
                : missing + ": " + fault.reason());
      }
      output.confirmation(
          String.format(
              Locale.ROOT,
              "%d outputs as they were made, %d missing, changed or unreadable",
              valid,
              faults.size()));
    }
    return faults.isEmpty() ? ExitCodes.DONE : ExitCodes.DAMAGED;
  }
}
