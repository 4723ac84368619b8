package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.cli.output.Table;
import io.github.checkpointmanager.pipeline.PipelineStatus;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.ResumePlan;
import io.github.checkpointmanager.pipeline.StageDecision;
import java.util.stream.Collectors;

/** Plans and the states of stages, as tables. Pure functions. */
public final class PlanRows {
  private PlanRows() {}

  public static Table of(ResumePlan plan) {
    Table table = new Table("STAGE", "ACTION", "REASON");
    for (StageDecision decision : plan.decisions()) {
      String reasons =
          decision.reasons().stream().map(Reason::sentence).collect(Collectors.joining("; "));
      table.row(decision.stage(), decision.action(), reasons);
    }
    return table;
  }

  public static String summary(ResumePlan plan) {
    return counts(plan, plan.toRun().size() + " to run, " + plan.toSkip().size() + " to skip");
  }

  /** The pipeline, these counts, and how many stages are blocked, if any. */
  static String counts(ResumePlan plan, String counts) {
    int blocked = plan.blocked().size();
    return plan.pipeline() + ": " + counts + (blocked == 0 ? "" : ", " + blocked + " blocked");
  }

  public static Table of(PipelineStatus status) {
    Table table = new Table("STAGE", "STATE", "COMPLETED", "WHO", "NEXT RUN");
    for (PipelineStatus.Entry entry : status.stages()) {
      table.row(
          entry.stage(),
          entry.state(),
          entry.checkpoint().map(Checkpoint::completedAt),
          entry
              .checkpoint()
              .map(c -> c.user().orElse("?") + "@" + c.host().orElse("?"))
              .or(() -> entry.holder().map(holder -> holder.user() + "@" + holder.host())),
          entry.decision().sentence());
    }
    return table;
  }
}
