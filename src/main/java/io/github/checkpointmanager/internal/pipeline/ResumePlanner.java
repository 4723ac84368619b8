package io.github.checkpointmanager.internal.pipeline;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.pipeline.ComponentComparison;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineDefinitionException;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.DeclaredOutput;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.PlanOptions;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.Reason.Code;
import io.github.checkpointmanager.pipeline.ResumePlan;
import io.github.checkpointmanager.pipeline.ResumePolicy;
import io.github.checkpointmanager.pipeline.StageDecision;
import io.github.checkpointmanager.pipeline.StageDecision.Action;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides which stages run, from the declaration and the records. Pure: no I/O, no clock; the same
 * arguments give the same plan.
 *
 * <p>A stage without a valid checkpoint runs. A stage with one is skipped, unless the policy finds
 * it stale, an output is missing or changed (if the options ask for that check), or a rerun was
 * requested. Nothing runs after a blocked stage.
 */
final class ResumePlanner {
  private ResumePlanner() {}

  /**
   * Plans a run.
   *
   * @param seen as {@link RecordsReader} reads it: with the inputs of completed stages under {@link
   *     ResumePolicy#FINGERPRINT}, and with their outputs if the options ask for that check
   * @throws PipelineDefinitionException the options name an unknown stage
   * @throws IllegalArgumentException inputs or outputs that the options ask for were not read
   */
  static ResumePlan plan(Pipeline pipeline, RecordsSnapshot seen, PlanOptions options) {
    options.rerun().forEach(pipeline::stage);
    Map<String, UpstreamState> decided = new HashMap<>();
    List<StageDecision> decisions = new ArrayList<>();
    for (PipelineStage stage : pipeline.order()) {
      RecordsSnapshot.Stage here = seen.of(stage.name());
      StageDecision decision =
          seen.rollback().blocks()
              ? blocked(here, stage, seen.rollback())
              : decide(stage, here, decided, options);
      decisions.add(decision);
      String blocker = UpstreamState.blockerBefore(stage, decided);
      decided.put(stage.name(), state(here, decision).blockedBy(blocker));
    }
    return new ResumePlan(pipeline.name(), options, decisions);
  }

  /** Even a completed stage: it may be undone, or be about to be. */
  private static StageDecision blocked(
      RecordsSnapshot.Stage seen, PipelineStage stage, SeenRollback rollback) {
    Reason reason = rollback.reason(stage.name(), seen.checkpoint());
    return new StageDecision(stage.name(), Action.BLOCKED, List.of(reason), List.of());
  }

  private static UpstreamState state(RecordsSnapshot.Stage seen, StageDecision decision) {
    return switch (decision.action()) {
      case RUN -> UpstreamState.running();
      case SKIP -> UpstreamState.done(seen.checkpoint().orElseThrow());
      case BLOCKED -> UpstreamState.blocked(decision.stage());
    };
  }

  /** Decides one stage from the states of the stages directly before it. */
  static StageDecision decide(
      PipelineStage stage,
      RecordsSnapshot.Stage seen,
      Map<String, UpstreamState> upstream,
      PlanOptions options) {
    Optional<Lookup.Invalid> unreadable =
        seen.problem().filter(problem -> problem.kind() == Lookup.Invalid.Kind.UNREADABLE);
    if (unreadable.isPresent()) {
      Reason reason = new Reason(Code.UNREADABLE, unreadable.get().reason());
      return new StageDecision(stage.name(), Action.BLOCKED, List.of(reason), List.of());
    }
    List<Reason> reasons = new ArrayList<>(whyNotCompleted(seen));
    if (options.rerun().contains(stage.name())) {
      reasons.add(new Reason(Code.RERUN_REQUESTED, "a rerun was requested"));
    }
    boolean byFingerprint = options.policy() == ResumePolicy.FINGERPRINT;
    List<ComponentComparison> changes = List.of();
    List<Reason> obstacles = new ArrayList<>();
    if (seen.checkpoint().isPresent()) {
      if (byFingerprint) {
        Staleness staleness =
            new Staleness(stage, seen.checkpoint().get(), inputs(stage, seen), upstream);
        reasons.addAll(staleness.reasons());
        changes = staleness.changes();
      }
      if (options.checkOutputs()) {
        judge(seen.outputs(), reasons, obstacles);
      }
    }
    // Under EXISTS a completed stage is skipped even if its inputs are missing, or if a stage
    // before it is blocked.
    boolean dependsOnOthers = !reasons.isEmpty() || byFingerprint;
    boolean upstreamRuns =
        stage.after().stream().map(upstream::get).anyMatch(u -> u != null && u.runs());
    if (dependsOnOthers) {
      obstacles.addAll(upstreamRuns ? seen.whyNever() : seen.whyNotNow());
    }
    String blocker = UpstreamState.blockerBefore(stage, upstream);
    if (blocker != null && (dependsOnOthers || !obstacles.isEmpty())) {
      obstacles.add(
          0,
          new Reason(
              Code.UPSTREAM_BLOCKED,
              "it depends on " + quoted(blocker) + ", which is not completed"));
    }
    if (!obstacles.isEmpty()) {
      return new StageDecision(stage.name(), Action.BLOCKED, obstacles, changes);
    }
    return reasons.isEmpty()
        ? new StageDecision(stage.name(), Action.SKIP, List.of(completed(seen, options)), changes)
        : new StageDecision(stage.name(), Action.RUN, reasons, changes);
  }

  private static void judge(
      List<DeclaredOutput> outputs, List<Reason> reasons, List<Reason> obstacles) {
    for (DeclaredOutput output : outputs) {
      String what = "output " + quoted(output.path());
      switch (output.state()) {
        case MISSING -> reasons.add(new Reason(Code.OUTPUT_MISSING, what + " is missing"));
        case CHANGED ->
            reasons.add(new Reason(Code.OUTPUT_CHANGED, what + " changed: " + output.detail()));
        case UNREADABLE ->
            obstacles.add(
                new Reason(
                    Code.OUTPUT_UNREADABLE, what + " could not be compared: " + output.detail()));
        case SAME, UNRECORDED -> {}
      }
    }
  }

  private static List<Reason> whyNotCompleted(RecordsSnapshot.Stage seen) {
    if (seen.checkpoint().isPresent()) {
      return List.of();
    }
    return List.of(
        seen.problem()
            .map(
                problem ->
                    new Reason(Code.DAMAGED, "its checkpoint is damaged: " + problem.reason()))
            .orElseGet(() -> new Reason(Code.NOT_COMPLETED, "it has no checkpoint")));
  }

  private static Reason completed(RecordsSnapshot.Stage seen, PlanOptions options) {
    String when = "completed " + seen.checkpoint().orElseThrow().completion();
    return options.policy() == ResumePolicy.FINGERPRINT
        ? new Reason(Code.UNCHANGED, when + ", inputs unchanged")
        : new Reason(Code.COMPLETED, when);
  }

  private static RecordsSnapshot.Inputs inputs(PipelineStage stage, RecordsSnapshot.Stage seen) {
    return seen.inputs()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the inputs of "
                        + quoted(stage.name())
                        + " were not read, and the policy needs them"));
  }
}
