package io.github.checkpointmanager.cli.pipeline;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.cli.output.ClaimJson;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.pipeline.ComponentComparison;
import io.github.checkpointmanager.pipeline.InputComparison;
import io.github.checkpointmanager.pipeline.PipelineStatus;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.ResumePlan;
import io.github.checkpointmanager.pipeline.RunReport;
import io.github.checkpointmanager.pipeline.StageDecision;
import io.github.checkpointmanager.pipeline.StageReport;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The documents of the commands about pipelines; see {@link Json}. */
public final class PipelineJson {
  private PipelineJson() {}

  private static ObjectNode head(OpenPipeline pipeline, String name) {
    return Json.object().put("pipeline", name).put("location", pipeline.checkpoints().location());
  }

  public static ObjectNode plan(OpenPipeline pipeline, ResumePlan plan) {
    ObjectNode node = head(pipeline, plan.pipeline());
    node.put("policy", lower(plan.options().policy()))
        .put("checkOutputs", plan.options().checkOutputs());
    decisions(node, plan.decisions());
    return node;
  }

  private static void decisions(ObjectNode node, List<StageDecision> decisions) {
    ArrayNode stages = node.putArray("stages");
    decisions.forEach(decision -> decision(stages.addObject(), decision));
  }

  private static void decision(ObjectNode node, StageDecision decision) {
    node.put("stage", decision.stage()).put("action", lower(decision.action()));
    ArrayNode reasons = node.putArray("reasons");
    for (Reason reason : decision.reasons()) {
      reasons.addObject().put("code", lower(reason.code())).put("sentence", reason.sentence());
    }
    ArrayNode changes = node.putArray("changes");
    decision
        .changes()
        .forEach(
            change ->
                changes
                    .addObject()
                    .put("name", change.name())
                    .put("before", change.before().orElse(null))
                    .put("after", change.after().orElse(null)));
  }

  public static ObjectNode status(OpenPipeline pipeline, PipelineStatus status) {
    ObjectNode node = head(pipeline, status.pipeline());
    ArrayNode stages = node.putArray("stages");
    for (PipelineStatus.Entry entry : status.stages()) {
      ObjectNode stage = stages.addObject().put("stage", entry.stage());
      stage.put("state", lower(entry.state()));
      facts(stage, "checkpoint", entry.checkpoint());
      holder(stage, entry.holder());
      stage
          .put("action", lower(entry.decision().action()))
          .put("reason", entry.decision().sentence());
    }
    return node;
  }

  private static void holder(ObjectNode node, Optional<ClaimInfo> holder) {
    node.set("holder", ClaimJson.orNull(holder.orElse(null)));
  }

  private static void facts(ObjectNode node, String name, Optional<Checkpoint> facts) {
    if (facts.isEmpty()) {
      node.putNull(name);
      return;
    }
    facts(node.putObject(name), facts.get());
  }

  private static ObjectNode facts(ObjectNode node, Checkpoint facts) {
    return node.put("stage", facts.stage())
        .put("completedAt", facts.completedAt().toString())
        .put("user", facts.user().orElse(null))
        .put("host", facts.host().orElse(null))
        .put("identity", facts.identity())
        .put("fingerprint", facts.fingerprint().orElse(null));
  }

  public static ObjectNode explanation(
      OpenPipeline pipeline, String name, InputComparison explanation) {
    ObjectNode node = head(pipeline, name);
    decision(node, explanation.decision());
    facts(node, "checkpoint", explanation.before());
    comparisons(node.putArray("components"), explanation.components());
    comparisons(node.putArray("upstream"), explanation.upstream());
    return node;
  }

  private static void comparisons(ArrayNode array, List<ComponentComparison> comparisons) {
    for (ComponentComparison comparison : comparisons) {
      array
          .addObject()
          .put("name", comparison.name())
          .put("before", comparison.before().orElse(null))
          .put("after", comparison.after().orElse(null))
          .put("changed", comparison.isChanged());
    }
  }

  public static ObjectNode report(OpenPipeline pipeline, RunReport report, int exitCode) {
    ObjectNode node = head(pipeline, report.pipeline());
    node.put("complete", report.isComplete())
        .put("interrupted", report.interrupted())
        .put("durationSeconds", seconds(report.duration()))
        .put("exitCode", exitCode)
        .put("resume", report.resume().orElse(null));
    ArrayNode stages = node.putArray("stages");
    for (StageReport stage : report.stages()) {
      stages
          .addObject()
          .put("stage", stage.stage())
          .put("outcome", lower(stage.outcome()))
          .put("code", lower(stage.reason().code()))
          .put("reason", ConsoleRunListener.reason(stage))
          .put("attempt", stage.attempt() == 0 ? null : stage.attempt())
          .put("durationSeconds", seconds(stage.duration()));
    }
    return node;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  public static ObjectNode rerun(
      OpenPipeline pipeline,
      boolean dryRun,
      Collection<String> cleared,
      List<Checkpoint> lost,
      ResumePlan plan) {
    ObjectNode node = head(pipeline, plan.pipeline()).put("dryRun", dryRun);
    ArrayNode clearing = node.putArray("cleared");
    cleared.forEach(clearing::add);
    ArrayNode losing = node.putArray("lost");
    lost.forEach(facts -> facts(losing.addObject(), facts));
    node.set("plan", plan(pipeline, plan));
    return node.putNull("report");
  }

  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
