package io.github.checkpointmanager.internal.pipeline;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.PlanOptions;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.Reason.Code;
import io.github.checkpointmanager.pipeline.ResumePolicy;
import io.github.checkpointmanager.pipeline.StageDecision;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the stages before a stage again, just before it runs. A stage whose checkpoint is another
 * than the one that this run settled on is decided once more, from this run's declaration: if it is
 * up to date, its new checkpoint counts; if not, nothing is built on it. Thread-safe.
 *
 * @param settled the states of the settled stages; may grow at any time
 */
record SettledUpstream(Run.Context run, Map<String, UpstreamState> settled) {
  /**
   * What was read.
   *
   * @param states of the stages directly before the stage
   * @param obstacle why the stage cannot be built on them
   */
  record Reading(Map<String, UpstreamState> states, Optional<Reason> obstacle) {}

  /**
   * Reads. 1 GET for each stage directly before it; under {@link ResumePolicy#FINGERPRINT} also 1
   * GET for each stage directly before one that has changed.
   */
  Reading before(PipelineStage stage) {
    Map<String, UpstreamState> states = new HashMap<>();
    Set<String> changed = new HashSet<>();
    Deque<String> toRead = new ArrayDeque<>(stage.after());
    while (!toRead.isEmpty()) {
      String name = toRead.remove();
      UpstreamState known = settled.get(name);
      if (known == null || known.checkpoint().isEmpty() || states.containsKey(name)) {
        continue; // without a checkpoint it was not saved, under FailureMode.BEST_EFFORT
      }
      Optional<Checkpoint> now = run.settings().checkpoints().inspect(name).valid();
      if (now.isEmpty()) {
        return blocked(
            Code.UPSTREAM_CLEARED,
            "the checkpoint of " + quoted(name) + " was cleared while the pipeline ran");
      }
      states.put(name, UpstreamState.done(now.get()).blockedBy(known.blocker()));
      if (!now.get().identity().equals(known.checkpoint().get().identity())) {
        changed.add(name);
        if (options().policy() == ResumePolicy.FINGERPRINT) {
          toRead.addAll(run.pipeline().stage(name).after());
        }
      }
    }
    return changed.isEmpty()
        ? new Reading(statesBefore(stage, states), Optional.empty())
        : decidedAgain(stage, changed, states);
  }

  private Reading decidedAgain(
      PipelineStage stage, Set<String> changed, Map<String, UpstreamState> states) {
    InputsReader reader = run.newReader();
    for (PipelineStage other : run.pipeline().order()) {
      if (changed.contains(other.name())) {
        Checkpoint now =
            Objects.requireNonNull(states.get(other.name())).checkpoint().orElseThrow();
        if (run.isForeign(now)) {
          return blocked(
              Code.UPSTREAM_CHANGED,
              String.join(
                  " ",
                  "the pipeline",
                  quoted(now.pipeline().orElseThrow()),
                  "completed",
                  quoted(other.name()),
                  "in the meantime"));
        }
        RecordsSnapshot.Stage seen =
            RecordsReader.withFiles(
                other, RecordsSnapshot.Stage.of(new Lookup.Valid(now)), options(), false, reader);
        StageDecision decision =
            ResumePlanner.decide(other, seen, statesBefore(other, states), options());
        if (decision.action() != StageDecision.Action.SKIP) {
          return blocked(
              Code.UPSTREAM_CHANGED,
              String.join(
                  " ",
                  "another worker completed",
                  quoted(other.name()),
                  "in the meantime from other inputs:",
                  decision.reasons().stream()
                      .map(Reason::sentence)
                      .collect(Collectors.joining("; "))));
        }
      }
    }
    return new Reading(statesBefore(stage, states), Optional.empty());
  }

  /** Those that were read now, else those of this run. */
  private Map<String, UpstreamState> statesBefore(
      PipelineStage stage, Map<String, UpstreamState> read) {
    Map<String, UpstreamState> before = new HashMap<>();
    for (String name : stage.after()) {
      UpstreamState state = read.containsKey(name) ? read.get(name) : settled.get(name);
      if (state != null) {
        before.put(name, state);
      }
    }
    return before;
  }

  /** Without reruns: what was to be run again was settled, and has been run since. */
  private PlanOptions options() {
    return run.settings().options().withRerun(Set.of());
  }

  private static Reading blocked(Code code, String sentence) {
    return new Reading(Map.of(), Optional.of(new Reason(code, sentence)));
  }
}
