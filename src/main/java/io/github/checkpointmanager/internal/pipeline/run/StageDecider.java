package io.github.checkpointmanager.internal.pipeline.run;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.internal.pipeline.plan.InputsReader;
import io.github.checkpointmanager.internal.pipeline.plan.RecordsReader;
import io.github.checkpointmanager.internal.pipeline.plan.RecordsSnapshot;
import io.github.checkpointmanager.internal.pipeline.plan.ResumePlanner;
import io.github.checkpointmanager.internal.pipeline.plan.UpstreamState;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.PlanOptions;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.Reason.Code;
import io.github.checkpointmanager.pipeline.StageDecision;
import io.github.checkpointmanager.pipeline.StageDecision.Action;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides a stage at its turn. Before a stage runs, the records of the stages directly before it
 * are read again, because other workers may have replaced them.
 */
final class StageDecider {
  private final Run.Context run;
  private final PipelineStage stage;
  private final Map<String, UpstreamState> upstream;
  private final RecordsSnapshot.Stage atStart;

  StageDecider(
      Run.Context run,
      PipelineStage stage,
      Map<String, UpstreamState> upstream,
      RecordsSnapshot.Stage atStart) {
    this.run = run;
    this.stage = stage;
    this.upstream = upstream;
    this.atStart = atStart;
  }

  /**
   * A decision and what it is based on.
   *
   * @param upstream the states of the stages directly before it, as they were read for the decision
   */
  record Decided(
      PipelineStage stage,
      StageDecision decision,
      RecordsSnapshot.Stage seen,
      Map<String, UpstreamState> upstream) {
    /** Whether the stage is skipped or blocked. */
    boolean isFinal() {
      return decision.action() != Action.RUN;
    }

    TurnResult ended() {
      return decision.action() == Action.SKIP
          ? TurnResult.skipped(
              stage, reason(), UpstreamState.done(seen.checkpoint().orElseThrow(), null))
          : TurnResult.blocked(stage, reason());
    }

    /** All reasons as one. */
    Reason reason() {
      return new Reason(
          decision.code(),
          String.join("; ", decision.reasons().stream().map(Reason::sentence).toList()));
    }
  }

  /** Decides. No request when the stage is skipped; else 1 GET for each stage before it. */
  Decided decide(RecordsSnapshot.Stage look) {
    PlanOptions options = optionsFor(look);
    RecordsSnapshot.Stage seen =
        RecordsReader.withFiles(stage, look, options, false, new InputsReader(run.sources()));
    Decided first = decided(seen, upstream, options);
    if (first.isFinal()) {
      return first;
    }
    Map<String, UpstreamState> fresh = new HashMap<>(upstream);
    for (String before : stage.after()) {
      UpstreamState known = upstream.get(before);
      if (known == null || known.checkpoint().isEmpty()) {
        continue; // it was not saved, under FailureMode.BEST_EFFORT
      }
      Optional<Checkpoint> now = run.checkpoints().inspect(before).valid();
      if (now.isEmpty()) {
        return new Decided(stage, cleared(before), seen, upstream);
      }
      fresh.put(before, UpstreamState.done(now.get(), known.blocker()));
    }
    return decided(seen, fresh, options);
  }

  private Decided decided(
      RecordsSnapshot.Stage seen, Map<String, UpstreamState> views, PlanOptions options) {
    return new Decided(
        stage, ResumePlanner.decide(stage, seen, views, options), seen, Map.copyOf(views));
  }

  private StageDecision cleared(String before) {
    return new StageDecision(
        stage.name(),
        Action.BLOCKED,
        List.of(
            new Reason(
                Code.UPSTREAM_CLEARED,
                "the checkpoint of " + quoted(before) + " was cleared while the pipeline ran")),
        List.of());
  }

  /** Drops the request to run it again once its record has changed since the start. */
  private PlanOptions optionsFor(RecordsSnapshot.Stage look) {
    Optional<String> then = atStart.checkpoint().map(Checkpoint::identity);
    Optional<String> now = look.checkpoint().map(Checkpoint::identity);
    if (now.isEmpty() || now.equals(then)) {
      return run.options();
    }
    Set<String> rest = new LinkedHashSet<>(run.options().rerun());
    rest.remove(stage.name());
    return run.options().withRerun(rest);
  }
}
