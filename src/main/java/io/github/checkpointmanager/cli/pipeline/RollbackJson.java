package io.github.checkpointmanager.cli.pipeline;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.pipeline.rollback.RollbackJournal;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan;
import io.github.checkpointmanager.pipeline.rollback.RollbackReport;
import io.github.checkpointmanager.pipeline.rollback.RollbackStep;
import org.jspecify.annotations.Nullable;

/** The documents of {@code rollback}; see {@link Json}. */
public final class RollbackJson {
  private RollbackJson() {}

  /**
   * What a rollback did, or would do.
   *
   * @param report null when nothing was done
   */
  public static ObjectNode document(
      OpenPipeline pipeline, RollbackPlan plan, @Nullable RollbackReport report) {
    ObjectNode node =
        Json.object()
            .put("location", pipeline.checkpoints().location())
            .put("target", plan.target().orElse(null))
            .put("resumed", plan.resumed())
            .put("dryRun", report == null);
    ArrayNode steps = node.putArray("steps");
    for (RollbackStep step : plan.steps()) {
      steps
          .addObject()
          .put("stage", step.stage())
          .put("action", PipelineJson.lower(step.action()))
          .put("attempt", step.attempt() == 0 ? null : step.attempt())
          .put("completedAt", step.checkpoint().completedAt().toString());
    }
    ArrayNode undone = node.putArray("undone");
    if (report != null) {
      report.undone().forEach(undone::add);
    }
    failure(node, report);
    return node;
  }

  private static void failure(ObjectNode node, @Nullable RollbackReport report) {
    if (report == null || report.failure().isEmpty()) {
      node.putNull("failure");
      return;
    }
    RollbackReport.Failure failure = report.failure().get();
    node.putObject("failure")
        .put("stage", failure.stage())
        .put("attempt", failure.attempt())
        .put("reason", Text.reason(failure.cause()));
  }

  public static ObjectNode journal(String location, @Nullable RollbackJournal journal) {
    ObjectNode node = Json.object().put("location", location);
    node.put("finished", journal == null ? null : journal.isFinished());
    node.put("target", journal == null ? null : journal.target().orElse(null));
    ArrayNode entries = node.putArray("entries");
    if (journal != null) {
      for (RollbackJournal.Entry entry : journal.entries()) {
        entries
            .addObject()
            .put("at", entry.at().toString())
            .put("event", PipelineJson.lower(entry.event()))
            .put("stage", entry.stage().isEmpty() ? null : entry.stage())
            .put("attempt", entry.attempt() == 0 ? null : entry.attempt())
            .put("origin", entry.origin().isEmpty() ? null : entry.origin())
            .put("detail", entry.detail().isEmpty() ? null : entry.detail());
      }
    }
    return node;
  }
}
