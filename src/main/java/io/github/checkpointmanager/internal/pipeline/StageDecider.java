package io.github.checkpointmanager.internal.pipeline;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.internal.pipeline.TurnResult.RunFailures;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.PlanOptions;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.Reason.Code;
import io.github.checkpointmanager.pipeline.ResumePolicy;
import io.github.checkpointmanager.pipeline.StageDecision;
import io.github.checkpointmanager.pipeline.StageDecision.Action;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides a stage at its turn. Before a stage runs, the records of the stages directly before it
 * are read again, because other workers may have replaced them.
 *
 * <p>Under {@link ResumePolicy#FINGERPRINT} a checkpoint that another worker has saved during this
 * run, from other inputs, is neither completed here nor replaced in this run: two workers with
 * different declarations would replace each other's checkpoints without end. The stage is blocked.
 *
 * @param upstream the states of the stages directly before it
 * @param atStart the stage's records at the start of the run
 * @param settled reads the stages before it again
 */
record StageDecider(
    Run.Context run,
    PipelineStage stage,
    Map<String, UpstreamState> upstream,
    RecordsSnapshot.Stage atStart,
    SettledUpstream settled) {
  /** The reasons for which a checkpoint is not this declaration's. */
  private static final Set<Code> OTHER_INPUTS =
      Set.of(
          Code.INPUT_CHANGED, Code.NO_FINGERPRINT, Code.UPSTREAM_SET_CHANGED, Code.UPSTREAM_RERUN);

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
    Optional<Checkpoint> foreign = look.checkpoint().filter(run::isForeign);
    if (foreign.isPresent()) {
      return new Decided(blocked(RunFailures.otherPipeline(foreign.get())), look, upstream);
    }
    PlanOptions options = optionsFor(look);
    RecordsSnapshot.Stage seen =
        RecordsReader.withFiles(stage, look, options, false, run.newReader());
    Decided first = decided(seen, upstream, options);
    if (first.isFinal()) {
      return first;
    }
    SettledUpstream.Reading before = settled.before(stage);
    if (before.obstacle().isPresent()) {
      return new Decided(blocked(before.obstacle().get()), seen, upstream);
    }
    Decided decided = decided(seen, before.states(), options);
    return isAnothersNow(look)
            && decided.decision().reasons().stream()
                .map(Reason::code)
                .anyMatch(OTHER_INPUTS::contains)
        ? new Decided(blocked(fromOtherInputs(look, decided)), seen, upstream)
        : decided;
  }

  /** Whether its checkpoint was saved since the start of the run; this run has not saved it. */
  private boolean isAnothersNow(RecordsSnapshot.Stage look) {
    Optional<String> now = look.checkpoint().map(Checkpoint::identity);
    return now.isPresent() && !now.equals(atStart.checkpoint().map(Checkpoint::identity));
  }

  private static Reason fromOtherInputs(RecordsSnapshot.Stage look, Decided decided) {
    return new Reason(
        Code.OTHER_INPUTS,
        String.join(
            " ",
            "another worker completed it in the meantime from other inputs ("
                + decided.reason().sentence()
                + ");",
            "its checkpoint is current, completed",
            look.checkpoint().orElseThrow().completion()));
  }

  private Decided decided(
      RecordsSnapshot.Stage seen, Map<String, UpstreamState> states, PlanOptions options) {
    return new Decided(
        ResumePlanner.decide(stage, seen, states, options), seen, Map.copyOf(states));
  }

  private StageDecision blocked(Reason reason) {
    return new StageDecision(stage.name(), Action.BLOCKED, List.of(reason), List.of());
  }

  /** Drops the request to run it again once its record has changed since the start. */
  private PlanOptions optionsFor(RecordsSnapshot.Stage look) {
    PlanOptions options = run.settings().options();
    if (!isAnothersNow(look)) {
      return options;
    }
    Set<String> rest = new LinkedHashSet<>(options.rerun());
    rest.remove(stage.name());
    return options.withRerun(rest);
  }
}
