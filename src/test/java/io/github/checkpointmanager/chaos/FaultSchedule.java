package io.github.checkpointmanager.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;

/**
 * The faults of a run: for each execution, in the order in which they begin, one fault or none. The
 * order is shuffled. Thread-safe.
 */
final class FaultSchedule {
  private final List<Optional<InjectedFault>> entries = new ArrayList<>();
  private final Map<InjectedFault, Integer> injected = new EnumMap<>(InjectedFault.class);

  /**
   * Makes a shuffled schedule.
   *
   * @param size the number of executions, those without a fault included
   * @param counts how often each fault occurs
   */
  FaultSchedule(Random random, int size, Map<InjectedFault, Integer> counts) {
    counts.forEach(
        (fault, count) -> entries.addAll(Collections.nCopies(count, Optional.of(fault))));
    while (entries.size() < size) {
      entries.add(Optional.empty());
    }
    Collections.shuffle(entries, random);
  }

  /**
   * The next entry that fits the worker; empty for an execution without a fault.
   *
   * @param fits whether a fault can be injected into the worker
   */
  synchronized Optional<InjectedFault> next(Predicate<InjectedFault> fits) {
    for (int i = entries.size() - 1; i >= 0; i--) {
      if (entries.get(i).map(fits::test).orElse(true)) {
        return entries.remove(i);
      }
    }
    return Optional.empty();
  }

  /** The fault was not injected: the next execution gets it. */
  synchronized void putBack(InjectedFault fault) {
    entries.add(Optional.of(fault));
  }

  synchronized void count(InjectedFault fault) {
    injected.merge(fault, 1, Integer::sum);
  }

  /** How often each fault was injected. */
  synchronized Map<InjectedFault, Integer> injected() {
    return new EnumMap<>(injected);
  }
}
