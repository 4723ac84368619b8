package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineSnapshot;
import io.github.checkpointmanager.pipeline.PipelineStage;
import java.util.ArrayList;
import java.util.List;

/** {@code verify --outputs}: whether what stages made is still there as they made it. */
public final class OutputVerification {
  private final Session session;
  private final OpenPipeline open;

  private record Fault(String stage, PipelineSnapshot.DeclaredOutput output) {}

  public OutputVerification(Session session, OpenPipeline open) {
    this.session = session;
    this.open = open;
  }

  public int run() {
    Pipeline pipeline = open.pipeline();
    PipelineSnapshot snapshot =
        open.runner().options(open.planOptions().withCheckOutputs()).build().read(pipeline);
    List<Fault> faults = new ArrayList<>();
    int same = 0;
    for (PipelineStage stage : pipeline.order()) {
      for (PipelineSnapshot.DeclaredOutput output : snapshot.outputs(stage.name())) {
        switch (output.state()) {
          case SAME -> same++;
          case UNRECORDED -> {}
          case CHANGED, MISSING, UNREADABLE -> faults.add(new Fault(stage.name(), output));
        }
      }
    }
    if (session.output().isJson()) {
      session.output().document(json(pipeline, same, faults));
    } else {
      show(same, faults);
    }
    return faults.isEmpty() ? ExitCodes.DONE : ExitCodes.DAMAGED;
  }

  private Json.Fields json(Pipeline pipeline, int same, List<Fault> faults) {
    return PipelineJson.head(open, pipeline.name())
        .put("valid", same)
        .putAll("problems", faults, OutputVerification::json);
  }

  private static Json.Fields json(Fault fault) {
    return Json.object()
        .put("stage", fault.stage())
        .put("output", fault.output().path())
        .put("state", fault.output().state())
        .put("reason", fault.output().detail());
  }

  private void show(int same, List<Fault> faults) {
    for (Fault fault : faults) {
      session
          .output()
          .line(
              Text.printable(
                  fault.stage()
                      + ": output "
                      + fault.output().path()
                      + ": "
                      + Text.lower(fault.output().state())
                      + (fault.output().state() == PipelineSnapshot.DeclaredOutput.State.MISSING
                          ? ""
                          : ": " + fault.output().detail())));
    }
    session
        .output()
        .confirmation(
            same
                + " outputs as they were made, "
                + faults.size()
                + " missing, changed or unreadable");
  }
}
