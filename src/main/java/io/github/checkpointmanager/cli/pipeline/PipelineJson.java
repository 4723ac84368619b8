package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.pipeline.ComponentComparison;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.InputComparison;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.Rerun;
import io.github.checkpointmanager.pipeline.PipelineStatus;
import io.github.checkpointmanager.pipeline.ResumePlan;
import io.github.checkpointmanager.pipeline.RunReport;
import io.github.checkpointmanager.pipeline.StageDecision;
import io.github.checkpointmanager.pipeline.StageReport;
import io.github.checkpointmanager.pipeline.rollback.RollbackJournal;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan.RollbackStep;
import io.github.checkpointmanager.pipeline.rollback.RollbackReport;
import io.github.checkpointmanager.pipeline.rollback.StepParameter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The documents of the commands about pipelines; see {@link Json}. */
public final class PipelineJson {
  private PipelineJson() {}

  public static Json.Fields head(OpenPipeline open, String pipeline) {
    return Json.object().put("pipeline", pipeline).put("location", open.checkpoints().location());
  }

  public static Json.Fields plan(OpenPipeline open, ResumePlan plan) {
    return head(open, plan.pipeline())
        .put("policy", plan.options().policy())
        .put("checkOutputs", plan.options().checkOutputs())
        .put("stages", plan.decisions());
  }

  public static Json.Fields status(OpenPipeline open, PipelineStatus status) {
    return head(open, status.pipeline()).putAll("stages", status.stages(), PipelineJson::stage);
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

  private static Json.Fields facts(Checkpoint checkpoint) {
    return Json.object()
        .put("stage", checkpoint.stage())
        .put("completedAt", checkpoint.completedAt())
        .put("user", checkpoint.user())
        .put("host", checkpoint.host())
        .put("identity", checkpoint.identity())
        .put("fingerprint", checkpoint.fingerprint());
  }

  public static Json.Fields explanation(
      OpenPipeline open, String pipeline, InputComparison comparison) {
    StageDecision decision = comparison.decision();
    return head(open, pipeline)
        .put("stage", decision.stage())
        .put("action", decision.action())
        .put("reasons", decision.reasons())
        .put("changes", decision.changes())
        .put("checkpoint", comparison.before().map(PipelineJson::facts))
        .putAll("components", comparison.components(), PipelineJson::component)
        .putAll("upstream", comparison.upstream(), PipelineJson::component);
  }

  private static Json.Fields component(ComponentComparison component) {
    return Json.object()
        .put("name", component.name())
        .put("before", component.before())
        .put("after", component.after())
        .put("changed", component.isChanged());
  }

  public static Json.Fields report(OpenPipeline open, PipelineRun.Ended ended) {
    RunReport report = ended.report();
    return head(open, report.pipeline())
        .put("complete", report.isComplete())
        .put("interrupted", report.interrupted())
        .put("durationSeconds", report.duration())
        .put("exitCode", ended.exitCode())
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

  /**
   * The document of {@code rerun}.
   *
   * @param ended null when nothing was run
   */
  public static Json.Fields rerun(
      OpenPipeline open, Rerun rerun, PipelineRun.@Nullable Ended ended) {
    return head(open, rerun.afterwards().pipeline())
        .put("dryRun", ended == null)
        .put("cleared", rerun.toClear())
        .putAll("lost", rerun.lost(), PipelineJson::facts)
        .put("plan", plan(open, rerun.afterwards()))
        .put("report", ended == null ? null : report(open, ended));
  }

  /**
   * What a rollback did, or would do.
   *
   * @param report null when nothing was done
   * @param abandoned the stages that were made pending, or would be, when it was given up
   */
  public static Json.Fields rollback(
      OpenPipeline open,
      RollbackPlan plan,
      @Nullable RollbackReport report,
      List<String> abandoned) {
    return Json.object()
        .put("location", open.checkpoints().location())
        .put("target", plan.target())
        .put("resumed", plan.resumed())
        .put("dryRun", report == null)
        .putAll("steps", plan.steps(), PipelineJson::step)
        .put("undeclared", plan.undeclared())
        .put("undone", report == null ? List.of() : report.undone())
        .put("failure", report == null ? null : report.failure().map(PipelineJson::failure))
        .put("abandoned", abandoned);
  }

  private static Json.Fields step(RollbackStep step) {
    return Json.object()
        .put("stage", step.stage())
        .put("action", step.action())
        .put("attempt", unlessZero(step.attempt()))
        .put("completedAt", step.checkpoint().completedAt())
        .putAll("parameters", step.parameters(), PipelineJson::parameter);
  }

  private static Json.Fields parameter(StepParameter parameter) {
    return Json.object()
        .put("name", parameter.name())
        .put("value", parameter.value())
        .put("declared", parameter.declared())
        .put("source", parameter.source());
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
