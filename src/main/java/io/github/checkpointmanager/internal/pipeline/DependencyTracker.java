package io.github.checkpointmanager.internal.pipeline;

import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.StageReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tracks the outcomes of a run's stages, and which stages are ready. For one thread, but for {@link
 * #settledStates}.
 */
final class DependencyTracker {
  private final Pipeline pipeline;
  private final Map<String, StageReport> reports = new HashMap<>();
  private final Map<String, UpstreamState> states = new ConcurrentHashMap<>();
  private final Map<String, Integer> missing = new HashMap<>();

  DependencyTracker(Pipeline pipeline) {
    this.pipeline = pipeline;
    pipeline.order().forEach(stage -> missing.put(stage.name(), stage.after().size()));
  }

  boolean isSettled(String stage) {
    return reports.containsKey(stage);
  }

  /** Whether all stages directly before it are settled. */
  boolean isReady(String stage) {
    return missing.getOrDefault(stage, 0) == 0;
  }

  boolean isComplete() {
    return reports.size() == pipeline.order().size();
  }

  /**
   * Records the outcome of a stage.
   *
   * @return the stages that are ready now
   */
  List<String> settle(TurnResult.Settled settled) {
    String stage = settled.stage();
    if (reports.put(stage, settled.report()) != null) {
      throw new IllegalStateException("settled twice: " + stage);
    }
    states.put(stage, settled.upstream().blockedBy(blockerBefore(stage)));
    List<String> next = new ArrayList<>();
    for (String dependent : pipeline.dependents(stage)) {
      if (missing.merge(dependent, -1, Integer::sum) == 0) {
        next.add(dependent);
      }
    }
    return next;
  }

  /** The stage that keeps this one from running; null when there is none. */
  @Nullable String blockerBefore(String stage) {
    return UpstreamState.blockerBefore(pipeline.stage(stage), states);
  }

  /** The states of the stages directly before it. */
  Map<String, UpstreamState> statesBefore(String stage) {
    Map<String, UpstreamState> before = new HashMap<>();
    pipeline
        .stage(stage)
        .after()
        .forEach(name -> before.put(name, Objects.requireNonNull(states.get(name))));
    return before;
  }

  /** The states of the settled stages: a view that grows, for any thread. */
  Map<String, UpstreamState> settledStates() {
    return Collections.unmodifiableMap(states);
  }

  /** The reports of all stages, in order. */
  List<StageReport> reports() {
    return pipeline.order().stream()
        .map(stage -> Objects.requireNonNull(reports.get(stage.name())))
        .toList();
  }
}
