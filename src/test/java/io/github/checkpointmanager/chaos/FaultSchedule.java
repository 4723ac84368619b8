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
 * Which executions a mishap befalls, in the order in which they begin: a shuffled deck of cards,
 * most of them blank. Thread-safe.
 */
final class FaultSchedule {
  private final List<Optional<InjectedFault>> cards = new ArrayList<>();
  private final Map<InjectedFault, Integer> happened = new EnumMap<>(InjectedFault.class);

  /**
   * Shuffles a deck.
   *
   * @param size blank cards included
   * @param counts of each mishap
   */
  FaultSchedule(Random random, int size, Map<InjectedFault, Integer> counts) {
    counts.forEach(
        (mishap, count) -> cards.addAll(Collections.nCopies(count, Optional.of(mishap))));
    while (cards.size() < size) {
      cards.add(Optional.empty());
    }
    Collections.shuffle(cards, random);
  }

  /**
   * The next card, blank ones included, that fits the worker.
   *
   * @param fits whether a mishap can befall it
   */
  synchronized Optional<InjectedFault> deal(Predicate<InjectedFault> fits) {
    for (int i = cards.size() - 1; i >= 0; i--) {
      if (cards.get(i).map(fits::test).orElse(true)) {
        return cards.remove(i);
      }
    }
    return Optional.empty();
  }

  /** It did not come to that: the next execution gets it. */
  synchronized void giveBack(InjectedFault mishap) {
    cards.add(Optional.of(mishap));
  }

  synchronized void count(InjectedFault mishap) {
    happened.merge(mishap, 1, Integer::sum);
  }

  /** What has happened so far, and how often. */
  synchronized Map<InjectedFault, Integer> happened() {
    return new EnumMap<>(happened);
  }
}
