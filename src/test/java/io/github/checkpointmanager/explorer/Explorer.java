package io.github.checkpointmanager.explorer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Visits every state that can be reached, nearest first, so that the trace of a violation is short.
 */
final class Explorer {
  private record Entry(GlobalState state, int index) {}

  private final Scenario scenario;
  private final Transitions transitions;
  private final Counts counts = new Counts();
  private final Map<Object, Integer> numbers = new HashMap<>();
  private final StateSet seen = new StateSet();
  private final Deque<Entry> open = new ArrayDeque<>();

  /** For each state: the one before, and the number of the transition that led to it. */
  private int[] parents = new int[1 << 12];

  private short[] branches = new short[1 << 12];

  Explorer(Scenario scenario) {
    this.scenario = scenario;
    this.transitions = new Transitions(scenario);
  }

  Counts counts() {
    return counts;
  }

  /** Visits all states; returns the trace of the first violation, if there is one. */
  Optional<String> run() {
    reach(scenario.begin(counts), -1, 0);
    while (!open.isEmpty()) {
      Entry entry = open.remove();
      int[] branch = {0};
      String[] violation = {null};
      transitions.each(
          entry.state(),
          (label, next) -> {
            int ordinal = branch[0]++;
            if (violation[0] != null) {
              return;
            }
            counts.step();
            try {
              GlobalState state = next.get();
              if (reach(state, entry.index(), ordinal) && Rules.valid(state, scenario)) {
                counts.validClaim();
              }
            } catch (ViolationException e) {
              violation[0] = trace(entry.index(), ordinal) + "\n" + e.getMessage();
            }
          });
      if (violation[0] != null) {
        return Optional.of(violation[0]);
      }
    }
    return Optional.empty();
  }

  private boolean reach(GlobalState state, int parent, int branch) {
    if (!isNew(state)) {
      return false;
    }
    int index = counts.states();
    if (index == parents.length) {
      parents = Arrays.copyOf(parents, 2 * index);
      branches = Arrays.copyOf(branches, 2 * index);
    }
    parents[index] = parent;
    branches[index] = (short) branch;
    counts.state();
    open.add(new Entry(state, index));
    return true;
  }

  private long high;
  private long low;

  private boolean isNew(GlobalState state) {
    high = 0x9E3779B97F4A7C15L;
    low = 0xC2B2AE3D27D4EB4FL;
    mix(state.time());
    mix(number(state.store()));
    mix(number(state.landed()));
    mix(number(state.budget()));
    mix(state.late().size());
    int sum = 0;
    long product = 1;
    for (Request request : state.late()) {
      int n = number(request);
      sum += n;
      product *= 2L * n + 3;
    }
    mix(sum);
    mix(product);
    for (Actor actor : state.actors()) {
      mix(actor.at().number());
      mix(actor.traced() ? 1 : 0);
      mix(number(actor.owner()));
      mix(actor.pending() == null ? -1 : number(actor.pending()));
      mix(actor.withoutClaim() ? 1 : 0);
      mix(actor.lost());
      mix(actor.idleAt() == state.time() ? 1 : 0);
    }
    return seen.add(high, low);
  }

  private void mix(long value) {
    high = (Long.rotateLeft(high, 27) ^ value) * 0x9FB21C651E98DF25L;
    high ^= high >>> 32;
    low = (low + value) * 0xD6E8FEB86659FD93L;
    low ^= low >>> 29;
    low += high;
  }

  private int number(Object value) {
    return numbers.computeIfAbsent(value, v -> numbers.size() + 1);
  }

  private String trace(int last, int branch) {
    List<Integer> path = new ArrayList<>(List.of(branch));
    for (int index = last; parents[index] >= 0; index = parents[index]) {
      path.add((int) branches[index]);
    }
    Collections.reverse(path);
    StringBuilder trace = new StringBuilder();
    GlobalState[] state = {scenario.begin(counts)};
    for (int i = 0; i < path.size(); i++) {
      int step = path.get(i);
      boolean isLast = i == path.size() - 1;
      int[] ordinal = {0};
      GlobalState now = state[0];
      transitions.each(
          now,
          (label, next) -> {
            if (ordinal[0]++ == step) {
              trace.append(now.time()).append(" ms: ").append(label.get()).append('\n');
              if (!isLast) {
                state[0] = next.get();
              }
            }
          });
    }
    return trace.toString();
  }
}
