package io.github.checkpointmanager.internal.pipeline.run;

import io.github.checkpointmanager.internal.time.Timing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/** Stages that wait for another worker or for the store, by when each is due. For one thread. */
final class DeferredStages {
  private record Waiting(String stage, long due) {}

  private final Timing timing;
  private final PriorityQueue<Waiting> queue =
      new PriorityQueue<>(Comparator.comparingLong(Waiting::due));

  DeferredStages(Timing timing) {
    this.timing = timing;
  }

  /** Adds a stage that is due after a pause. */
  void add(String stage, Duration pause) {
    queue.add(new Waiting(stage, timing.nanoTime() + pause.toNanos()));
  }

  /** Removes and returns a stage that is due. */
  Optional<String> due() {
    Waiting first = queue.peek();
    if (first == null || first.due() - timing.nanoTime() > 0) {
      return Optional.empty();
    }
    queue.remove();
    return Optional.of(first.stage());
  }

  /** How long until the next stage is due; empty when none waits. */
  Optional<Duration> untilNext() {
    return Optional.ofNullable(queue.peek())
        .map(first -> Duration.ofNanos(Math.max(0, first.due() - timing.nanoTime())));
  }

  /** Removes and returns all stages. */
  List<String> drain() {
    List<String> all = new ArrayList<>();
    queue.forEach(waiting -> all.add(waiting.stage()));
    queue.clear();
    return all;
  }
}
