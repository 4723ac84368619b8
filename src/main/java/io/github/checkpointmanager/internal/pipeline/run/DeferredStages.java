package io.github.checkpointmanager.internal.pipeline.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Stages that were put aside, and when each is to be asked for again: soon at first, less often the
 * longer it lasts, with jitter, so that workers do not come all at once; sooner when it may be free
 * sooner. For one thread.
 */
final class DeferredStages {
  private static final Duration FIRST = Duration.ofMillis(250);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private record Waiting(String stage, long due) {}

  private final PriorityQueue<Waiting> queue =
      new PriorityQueue<>(Comparator.comparingLong(Waiting::due));
  private final Map<String, Duration> pauses = new HashMap<>();

  void put(String stage, Duration atMost, long now) {
    Duration pause = pauses.getOrDefault(stage, FIRST);
    Duration longer = pause.multipliedBy(3).dividedBy(2);
    pauses.put(stage, longer.compareTo(LONGEST) < 0 ? longer : LONGEST);
    ThreadLocalRandom random = ThreadLocalRandom.current();
    Duration wait = Duration.ofNanos((long) (pause.toNanos() * (0.75 + random.nextDouble() / 2)));
    Duration free = atMost.plusMillis(random.nextLong(50, 500));
    boolean soonFree = !atMost.isZero() && free.compareTo(wait) < 0;
    queue.add(new Waiting(stage, now + (soonFree ? free : wait).toNanos()));
  }

  /** Takes one whose time has come. */
  Optional<String> due(long now) {
    Waiting first = queue.peek();
    if (first == null || first.due() - now > 0) {
      return Optional.empty();
    }
    queue.remove();
    return Optional.of(first.stage());
  }

  /** How long until the next one's time comes; empty when none waits. */
  Optional<Duration> untilNext(long now) {
    return Optional.ofNullable(queue.peek()).map(first -> Duration.ofNanos(first.due() - now));
  }

  /** Takes all. */
  List<String> drain() {
    List<String> all = new ArrayList<>();
    queue.forEach(waiting -> all.add(waiting.stage()));
    queue.clear();
    return all;
  }
}
