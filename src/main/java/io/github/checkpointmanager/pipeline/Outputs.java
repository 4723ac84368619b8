package io.github.checkpointmanager.pipeline;

import static io.github.checkpointmanager.pipeline.Refusals.quoted;

import io.github.checkpointmanager.pipeline.Reason.Code;
import java.util.List;

/** What declared outputs mean for a completed stage. Pure. */
final class Outputs {
  private Outputs() {}

  static void judge(List<OutputSeen> outputs, List<Reason> reasons, List<Reason> obstacles) {
    for (OutputSeen output : outputs) {
      String what = "output " + quoted(output.path());
      switch (output.state()) {
        case MISSING -> reasons.add(new Reason(Code.OUTPUT_MISSING, what + " is missing"));
        case CHANGED ->
            reasons.add(new Reason(Code.OUTPUT_CHANGED, what + " changed: " + output.detail()));
        case UNREADABLE ->
            obstacles.add(
                new Reason(Code.OUTPUT_UNREADABLE, what + " cannot be told: " + output.detail()));
        case SAME, UNRECORDED -> {}
      }
    }
  }
}
