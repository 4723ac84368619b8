package io.github.checkpointmanager.explorer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Visits every state of some workers of a pipeline, nearest first. For one use. */
final class PipelineExploration<F extends PipelineWorld.Facts<F>> {
  private record Visit<F extends PipelineWorld.Facts<F>>(
      PipelineWorld<F> world, int from, String label) {}

  private final Counts counts;
  private final TreeSet<String> ends = new TreeSet<>();
  private final Map<PipelineWorld<F>, Integer> seen = new HashMap<>();
  private final List<Visit<F>> visits = new ArrayList<>();
  private final Deque<Integer> open = new ArrayDeque<>();

  PipelineExploration(Counts counts) {
    this.counts = counts;
  }

  /** All the ends that were found. */
  Set<String> ends() {
    return ends;
  }

  /** Returns the trace of the first violation. */
  Optional<String> run(PipelineWorld<F> begin) {
    SuppressedStderr quiet = new SuppressedStderr();
    ScriptedRandomness numbers = new ScriptedRandomness();
    try {
      return explore(begin);
    } finally {
      numbers.close();
      quiet.close();
    }
  }

  private Optional<String> explore(PipelineWorld<F> begin) {
    reach(begin, -1, "begin");
    List<String> found = new ArrayList<>();
    while (!open.isEmpty() && found.isEmpty()) {
      int index = open.remove();
      PipelineWorld<F> world = visits.get(index).world();
      if (world.hasEnded()) {
        ends.add(world.end());
      }
      world.each(
          (label, next) -> {
            counts.step();
            try {
              reach(next.get(), index, label);
            } catch (ViolationException e) {
              found.add(trace(index) + label + "\n" + e.getMessage());
            }
          });
    }
    return found.stream().findFirst();
  }

  private void reach(PipelineWorld<F> world, int from, String label) {
    if (seen.putIfAbsent(world, visits.size()) == null) {
      open.add(visits.size());
      visits.add(new Visit<>(world, from, label));
      counts.state();
    }
  }

  private String trace(int last) {
    Deque<String> labels = new ArrayDeque<>();
    for (int at = last; at >= 0; at = visits.get(at).from()) {
      labels.addFirst(visits.get(at).label() + "\n");
    }
    return String.join("", labels);
  }
}
