package io.github.checkpointmanager.cli.pipeline;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

  private ObjectNode json(Pipeline pipeline, int same, List<Fault> faults) {
    ObjectNode node =
        Json.object()
            .put("pipeline", pipeline.name())
            .put("location", open.checkpoints().location())
            .put("valid", same);
    ArrayNode problems = node.putArray("problems");
    for (Fault fault : faults) {
      problems
          .addObject()
          .put("stage", fault.stage())
          .put("output", fault.output().path())
          .put("state", PipelineJson.lower(fault.output().state()))
          .put("reason", fault.output().detail());
    }
    return node;
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
                      + PipelineJson.lower(fault.output().state())
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
