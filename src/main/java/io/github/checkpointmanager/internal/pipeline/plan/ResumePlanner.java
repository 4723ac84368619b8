package io.github.checkpointmanager.internal.pipeline.plan;

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
import java.util.Objects;
import java.util.Optional;

/**
 * Decides which stages run, from the declaration and the records. Pure: no I/O, no clock; the same
 * arguments give the same plan.
 *
 * <p>A stage without a valid checkpoint runs. A stage with one is skipped, unless the policy finds
 * it stale, an output is missing or changed (if the options ask for that check), or a rerun was
 * requested. Nothing runs after a blocked stage.
 */
public final class ResumePlanner {
  private ResumePlanner() {}

  /**
   * Plans a run.
   *
   * @param seen as {@link RecordsReader} reads it: with the inputs of completed stages under {@link
   *     ResumePolicy#FINGERPRINT}, and with their outputs if the options ask for that check
   * @throws PipelineDefinitionException the options name an unknown stage
   * @throws IllegalArgumentException inputs or outputs that the options ask for were not read
   */
  public static ResumePlan plan(Pipeline pipeline, RecordsSnapshot seen, PlanOptions options) {
    options.rerun().forEach(pipeline::stage);
    Map<String, UpstreamState> decided = new HashMap<>();
    List<StageDecision> decisions = new ArrayList<>();
    for (PipelineStage stage : pipeline.order()) {
      RecordsSnapshot.Stage here = seen.of(stage.name());
      StageDecision decision = decide(stage, here, decided, options);
      decisions.add(decision);
      decided.put(stage.name(), downstreamView(stage, here, decision, decided));
    }
    return new ResumePlan(pipeline.name(), options, decisions);
  }

  private static UpstreamState downstreamView(
      PipelineStage stage,
      RecordsSnapshot.Stage seen,
      StageDecision decision,
      Map<String, UpstreamState> decided) {
    String blocker = blocker(stage, decided).orElse(null);
    return switch (decision.action()) {
      case RUN -> UpstreamState.running(blocker);
      case SKIP -> UpstreamState.done(seen.checkpoint().orElseThrow(), blocker);
      case BLOCKED -> UpstreamState.blocked(blocker == null ? stage.name() : blocker);
    };
  }

  /** The stage that keeps this one from running; it need not be directly before it. */
  private static Optional<String> blocker(
      PipelineStage stage, Map<String, UpstreamState> upstream) {
    return stage.after().stream()
        .map(upstream::get)
        .filter(Objects::nonNull)
        .map(UpstreamState::blocker)
        .filter(Objects::nonNull)
        .findFirst();
  }

  /** Decides one stage from the states of the stages directly before it. */
  public static StageDecision decide(
      PipelineStage stage,
      RecordsSnapshot.Stage seen,
      Map<String, UpstreamState> upstream,
      PlanOptions options) {
    if (isUnreadable(seen)) {
      return blocked(
          stage, new Reason(Code.UNREADABLE, seen.problem().orElseThrow().reason()), List.of());
    }
    List<Reason> reasons = new ArrayList<>(whyNotCompleted(seen));
    if (options.rerun().contains(stage.name())) {
      reasons.add(new Reason(Code.RERUN_REQUESTED, "a rerun was requested"));
    }
    List<ComponentComparison> changes = List.of();
    List<Reason> obstacles = new ArrayList<>();
    if (seen.checkpoint().isPresent()) {
      if (options.policy() == ResumePolicy.FINGERPRINT) {
        RecordsSnapshot.Inputs now = inputs(stage, seen);
        Staleness staleness = new Staleness(stage, seen.checkpoint().get(), upstream);
        reasons.addAll(staleness.reasons(now));
        changes = staleness.changes(now);
      }
      if (options.checkOutputs()) {
        judge(seen.outputs(), reasons, obstacles);
      }
    }
    boolean upstreamRuns =
        stage.after().stream().map(upstream::get).anyMatch(u -> u != null && u.runs());
    if (!upstreamRuns && mustKnowInputs(seen, reasons, options)) {
      obstacles.addAll(obstaclesOf(seen.inputs()));
    }
    Optional<String> blocker = blocker(stage, upstream);
    boolean mustKnowUpstream = !reasons.isEmpty() || options.policy() == ResumePolicy.FINGERPRINT;
    if (reasons.isEmpty() && obstacles.isEmpty() && !(mustKnowUpstream && blocker.isPresent())) {
      return new StageDecision(
          stage.name(), Action.SKIP, List.of(completed(seen, options)), List.of());
    }
    if (blocker.isPresent()) {
      obstacles.add(
          0,
          new Reason(
              Code.UPSTREAM_BLOCKED,
              "it depends on " + quoted(blocker.get()) + ", which is not completed"));
    }
    if (!obstacles.isEmpty()) {
      return new StageDecision(stage.name(), Action.BLOCKED, obstacles, changes);
    }
    return new StageDecision(stage.name(), Action.RUN, reasons, changes);
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

  private static boolean isUnreadable(RecordsSnapshot.Stage seen) {
    return seen.problem().map(p -> p.kind() == Lookup.Invalid.Kind.UNREADABLE).orElse(false);
  }

  private static StageDecision blocked(
      PipelineStage stage, Reason reason, List<ComponentComparison> changes) {
    return new StageDecision(stage.name(), Action.BLOCKED, List.of(reason), changes);
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

  /** Under {@code EXISTS} a completed stage is skipped even if its inputs are missing. */
  private static boolean mustKnowInputs(
      RecordsSnapshot.Stage seen, List<Reason> reasons, PlanOptions options) {
    return !reasons.isEmpty()
        || (seen.checkpoint().isPresent() && options.policy() == ResumePolicy.FINGERPRINT);
  }

  private static List<Reason> obstaclesOf(Optional<RecordsSnapshot.Inputs> inputs) {
    List<Reason> obstacles = new ArrayList<>();
    inputs.ifPresent(
        seen -> {
          seen.missing()
              .forEach((name, what) -> obstacles.add(new Reason(Code.INPUT_MISSING, what)));
          seen.unreadable()
              .forEach((name, why) -> obstacles.add(new Reason(Code.INPUT_UNREADABLE, why)));
        });
    return obstacles;
  }
}
