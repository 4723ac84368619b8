package io.github.checkpointmanager.internal.pipeline;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.Checkpoint;
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
 *
 * @param upstream the states of the stages directly before it
 * @param atStart the stage's records at the start of the run
 */
record StageDecider(
    Run.Context run,
    PipelineStage stage,
    Map<String, UpstreamState> upstream,
    RecordsSnapshot.Stage atStart) {
  /**
   * A decision and what it is based on.
   *
   * @param upstream the states of the stages directly before it, as they were read for the decision
   */
  record Decided(
      StageDecision decision, RecordsSnapshot.Stage seen, Map<String, UpstreamState> upstream) {
    /** Whether the stage is skipped or blocked. */
    boolean isFinal() {
      return decision.action() != Action.RUN;
    }

    /** The result of a stage that is skipped or blocked. */
    TurnResult.Settled result() {
      return decision.action() == Action.SKIP
          ? TurnResult.skipped(decision.stage(), reason(), seen.checkpoint().orElseThrow())
          : TurnResult.blocked(decision.stage(), reason(), null);
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
        RecordsReader.withFiles(
            stage, look, options, false, new InputsReader(run.settings().sources()));
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
      Optional<Checkpoint> now = run.settings().checkpoints().inspect(before).valid();
      if (now.isEmpty()) {
        return new Decided(cleared(before), seen, upstream);
      }
      fresh.put(before, UpstreamState.done(now.get()).blockedBy(known.blocker()));
    }
    return decided(seen, fresh, options);
  }

  private Decided decided(
      RecordsSnapshot.Stage seen, Map<String, UpstreamState> states, PlanOptions options) {
    return new Decided(
        ResumePlanner.decide(stage, seen, states, options), seen, Map.copyOf(states));
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
    PlanOptions options = run.settings().options();
    Optional<String> then = atStart.checkpoint().map(Checkpoint::identity);
    Optional<String> now = look.checkpoint().map(Checkpoint::identity);
    if (now.isEmpty() || now.equals(then)) {
      return options;
    }
    Set<String> rest = new LinkedHashSet<>(options.rerun());
    rest.remove(stage.name());
    return options.withRerun(rest);
  }
}
