package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.pipeline.ComponentComparison;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.InputComparison;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.Rerun;
import io.github.checkpointmanager.pipeline.PipelineStatus;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.ResumePlan;
import io.github.checkpointmanager.pipeline.RunReport;
import io.github.checkpointmanager.pipeline.StageDecision;
import io.github.checkpointmanager.pipeline.StageReport;
import io.github.checkpointmanager.pipeline.rollback.RollbackJournal;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan.RollbackStep;
import io.github.checkpointmanager.pipeline.rollback.RollbackReport;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The documents of the commands about pipelines; see {@link Json}. */
public final class PipelineJson {
  private PipelineJson() {}

  static Json.Fields head(OpenPipeline pipeline, String name) {
    return Json.object().put("pipeline", name).put("location", pipeline.checkpoints().location());
  }

  public static Json.Fields plan(OpenPipeline pipeline, ResumePlan plan) {
    return head(pipeline, plan.pipeline())
        .put("policy", plan.options().policy())
        .put("checkOutputs", plan.options().checkOutputs())
        .putAll("stages", plan.decisions(), decision -> decision(Json.object(), decision));
  }

  private static Json.Fields decision(Json.Fields fields, StageDecision decision) {
    return fields
        .put("stage", decision.stage())
        .put("action", decision.action())
        .putAll("reasons", decision.reasons(), PipelineJson::reason)
        .putAll("changes", decision.changes(), PipelineJson::change);
  }

  private static Json.Fields reason(Reason reason) {
    return Json.object().put("code", reason.code()).put("sentence", reason.sentence());
  }

  private static Json.Fields change(ComponentComparison change) {
    return Json.object()
        .put("name", change.name())
        .put("before", change.before())
        .put("after", change.after());
  }

  public static Json.Fields status(OpenPipeline pipeline, PipelineStatus status) {
    return head(pipeline, status.pipeline()).putAll("stages", status.stages(), PipelineJson::stage);
  }

  private static Json.Fields stage(PipelineStatus.Entry entry) {
    return Json.object()
        .put("stage", entry.stage())
        .put("state", entry.state())
        .put("checkpoint", entry.checkpoint().map(PipelineJson::facts))
        .put("holder", entry.holder())
        .put("action", entry.decision().action())
        .put("reason", entry.decision().sentence());
  }

  private static Json.Fields facts(Checkpoint facts) {
    return Json.object()
        .put("stage", facts.stage())
        .put("completedAt", facts.completedAt())
        .put("user", facts.user())
        .put("host", facts.host())
        .put("identity", facts.identity())
        .put("fingerprint", facts.fingerprint());
  }

  public static Json.Fields explanation(
      OpenPipeline pipeline, String name, InputComparison explanation) {
    return decision(head(pipeline, name), explanation.decision())
        .put("checkpoint", explanation.before().map(PipelineJson::facts))
        .putAll("components", explanation.components(), PipelineJson::comparison)
        .putAll("upstream", explanation.upstream(), PipelineJson::comparison);
  }

  private static Json.Fields comparison(ComponentComparison entry) {
    return Json.object()
        .put("name", entry.name())
        .put("before", entry.before())
        .put("after", entry.after())
        .put("changed", entry.isChanged());
  }

  public static Json.Fields report(OpenPipeline pipeline, RunReport report, int exitCode) {
    return head(pipeline, report.pipeline())
        .put("complete", report.isComplete())
        .put("interrupted", report.interrupted())
        .put("durationSeconds", report.duration())
        .put("exitCode", exitCode)
        .put("resume", report.resume())
        .putAll("stages", report.stages(), PipelineJson::stage);
  }

  private static Json.Fields stage(StageReport stage) {
    return Json.object()
        .put("stage", stage.stage())
        .put("outcome", stage.outcome())
        .put("code", stage.reason().code())
        .put("reason", ConsoleRunListener.reason(stage))
        .put("attempt", unlessZero(stage.attempt()))
        .put("durationSeconds", stage.duration());
  }

  /** The document of {@code rerun}; its report is null until the caller puts it. */
  public static Json.Fields rerun(OpenPipeline pipeline, boolean dryRun, Rerun rerun) {
    return head(pipeline, rerun.afterwards().pipeline())
        .put("dryRun", dryRun)
        .put("cleared", rerun.toClear())
        .putAll("lost", rerun.lost(), PipelineJson::facts)
        .put("plan", plan(pipeline, rerun.afterwards()))
        .put("report", null);
  }

  /**
   * What a rollback did, or would do.
   *
   * @param report null when nothing was done
   */
  public static Json.Fields rollback(
      OpenPipeline pipeline, RollbackPlan plan, @Nullable RollbackReport report) {
    return Json.object()
        .put("location", pipeline.checkpoints().location())
        .put("target", plan.target())
        .put("resumed", plan.resumed())
        .put("dryRun", report == null)
        .putAll("steps", plan.steps(), PipelineJson::step)
        .put("undone", report == null ? List.of() : report.undone())
        .put(
            "failure",
            Optional.ofNullable(report).flatMap(r -> r.failure()).map(PipelineJson::failure));
  }

  private static Json.Fields step(RollbackStep step) {
    return Json.object()
        .put("stage", step.stage())
        .put("action", step.action())
        .put("attempt", unlessZero(step.attempt()))
        .put("completedAt", step.checkpoint().completedAt());
  }

  private static Json.Fields failure(RollbackReport.Failure failure) {
    return Json.object()
        .put("stage", failure.stage())
        .put("attempt", failure.attempt())
        .put("reason", Text.reason(failure.cause()));
  }

  /** The document of {@code rollback --journal}. */
  public static Json.Fields journal(String location, Optional<RollbackJournal> journal) {
    return Json.object()
        .put("location", location)
        .put("finished", journal.map(RollbackJournal::isFinished))
        .put("target", journal.flatMap(RollbackJournal::target))
        .putAll(
            "entries",
            journal.map(RollbackJournal::entries).orElse(List.of()),
            PipelineJson::entry);
  }

  private static Json.Fields entry(RollbackJournal.Entry entry) {
    return Json.object()
        .put("at", entry.at())
        .put("event", entry.event())
        .put("stage", unlessEmpty(entry.stage()))
        .put("attempt", unlessZero(entry.attempt()))
        .put("origin", unlessEmpty(entry.origin()))
        .put("detail", unlessEmpty(entry.detail()));
  }

  private static @Nullable Long unlessZero(long number) {
    return number == 0 ? null : number;
  }

  private static @Nullable String unlessEmpty(String text) {
    return text.isEmpty() ? null : text;
  }
}
