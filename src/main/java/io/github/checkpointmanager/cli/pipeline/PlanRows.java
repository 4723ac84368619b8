package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.cli.output.Table;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.pipeline.PipelineStatus;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.ResumePlan;
import io.github.checkpointmanager.pipeline.StageDecision;
import java.util.List;
import java.util.stream.Collectors;

/** Plans and the states of stages, as tables. Pure functions. */
public final class PlanRows {
  private static final String NONE = "-";

  private PlanRows() {}

  public static List<String> of(ResumePlan plan) {
    Table table = new Table("STAGE", "ACTION", "REASON");
    for (StageDecision decision : plan.decisions()) {
      table.row(decision.stage(), Text.lower(decision.action()), reasons(decision));
    }
    return table.lines();
  }

  public static String summary(ResumePlan plan) {
    return plan.pipeline()
        + ": "
        + plan.toRun().size()
        + " to run, "
        + plan.toSkip().size()
        + " to skip"
        + (plan.blocked().isEmpty() ? "" : ", " + plan.blocked().size() + " blocked");
  }

  static String reasons(StageDecision decision) {
    return decision.reasons().stream().map(Reason::sentence).collect(Collectors.joining("; "));
  }

  public static List<String> of(PipelineStatus status) {
    Table table = new Table("STAGE", "STATE", "COMPLETED", "WHO", "NEXT RUN");
    for (PipelineStatus.Entry entry : status.stages()) {
      table.row(
          entry.stage(),
          Text.lower(entry.state()),
          entry.checkpoint().map(facts -> Text.seconds(facts.completedAt())).orElse(NONE),
          who(entry),
          entry.decision().sentence());
    }
    return table.lines();
  }

  private static String who(PipelineStatus.Entry entry) {
    return entry
        .checkpoint()
        .map(PlanRows::who)
        .or(() -> entry.holder().map(PlanRows::who))
        .orElse(NONE);
  }

  private static String who(Checkpoint facts) {
    return facts.user().orElse("?") + "@" + facts.host().orElse("?");
  }

  private static String who(ClaimInfo holder) {
    return holder.user() + "@" + holder.host();
  }
}
