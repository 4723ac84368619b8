package io.github.checkpointmanager.pipeline;

import static io.github.checkpointmanager.pipeline.Refusals.quoted;

import io.github.checkpointmanager.pipeline.Reason.Code;
import io.github.checkpointmanager.pipeline.StageDecision.Action;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides a stage of a run when its turn has come. What says that it runs is not believed before
 * the records of the stages before it were read again: other workers may have replaced them.
 */
final class DecisionAtTurn {
  private final RunSettings run;
  private final PipelineStage stage;
  private final Map<String, UpstreamSeen> upstream;
  private final StageSeen atStart;

  DecisionAtTurn(
      RunSettings run, PipelineStage stage, Map<String, UpstreamSeen> upstream, StageSeen atStart) {
    this.run = run;
    this.stage = stage;
    this.upstream = upstream;
    this.atStart = atStart;
  }

  /**
   * A decision, and what it rests on.
   *
   * @param upstream as it was read for it
   */
  record Decided(
      PipelineStage stage,
      StageDecision decision,
      StageSeen seen,
      Map<String, UpstreamSeen> upstream) {
    /** Whether the stage does not run. */
    boolean isFinal() {
      return decision.action() != Action.RUN;
    }

    JobResult ended() {
      return decision.action() == Action.SKIP
          ? Settling.skipped(
              stage, reason(), UpstreamSeen.done(seen.checkpoint().orElseThrow(), null))
          : Settling.blocked(stage, reason());
    }

    /** All reasons as one. */
    Reason reason() {
      return new Reason(
          decision.code(),
          String.join("; ", decision.reasons().stream().map(Reason::sentence).toList()));
    }
  }

  /** No request when the stage is skipped; else 1 GET for each stage directly before it. */
  Decided decide(StageLook look) {
    PlanOptions options = optionsFor(look);
    StageSeen seen =
        RecordsReader.withFiles(
            stage, look.seen(), options, false, new InputsReader(run.sources()));
    Decided first = decided(seen, upstream, options);
    if (first.isFinal()) {
      return first;
    }
    Map<String, UpstreamSeen> fresh = new HashMap<>(upstream);
    for (String before : stage.after()) {
      UpstreamSeen known = upstream.get(before);
      if (known == null || known.facts().isEmpty()) {
        continue; // it was not saved, as the caller allowed
      }
      Optional<CheckpointFacts> now = StageLook.at(run.checkpoints(), before).seen().checkpoint();
      if (now.isEmpty()) {
        return new Decided(stage, cleared(before), seen, upstream);
      }
      fresh.put(before, UpstreamSeen.done(now.get(), known.blocker()));
    }
    return fresh.equals(upstream) ? first : decided(seen, fresh, options);
  }

  private Decided decided(StageSeen seen, Map<String, UpstreamSeen> views, PlanOptions options) {
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

  /** What was asked to run again has, once its record is another than at the start. */
  private PlanOptions optionsFor(StageLook look) {
    Optional<String> then = atStart.checkpoint().map(CheckpointFacts::identity);
    Optional<String> now = look.seen().checkpoint().map(CheckpointFacts::identity);
    if (now.isEmpty() || now.equals(then)) {
      return run.options();
    }
    Set<String> rest = new LinkedHashSet<>(run.options().rerun());
    rest.remove(stage.name());
    return run.options().withRerun(rest);
  }
}
