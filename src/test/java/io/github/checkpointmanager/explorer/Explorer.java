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

/** Visits every world that can be reached, nearest first, so that a violation's trace is short. */
final class Explorer {
  private record Entry(World world, int index) {}

  private final Scenario scenario;
  private final Moves moves;
  private final Counts counts = new Counts();
  private final Map<Object, Integer> numbers = new HashMap<>();
  private final Fingerprints seen = new Fingerprints();
  private final Deque<Entry> open = new ArrayDeque<>();

  /** Of each state: the one before, and which of its moves led here. */
  private int[] parents = new int[1 << 12];

  private short[] branches = new short[1 << 12];

  Explorer(Scenario scenario) {
    this.scenario = scenario;
    this.moves = new Moves(scenario);
  }

  Counts counts() {
    return counts;
  }

  /** Visits everything; the trace of the first violation, if there is one. */
  Optional<String> run() {
    reach(scenario.begin(counts), -1, 0);
    while (!open.isEmpty()) {
      Entry entry = open.remove();
      int[] branch = {0};
      String[] violation = {null};
      moves.each(
          entry.world(),
          (move, next) -> {
            int ordinal = branch[0]++;
            if (violation[0] != null) {
              return;
            }
            counts.step();
            try {
              World world = next.get();
              if (reach(world, entry.index(), ordinal) && Rules.valid(world, scenario)) {
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

  private boolean reach(World world, int parent, int branch) {
    if (!isNew(world)) {
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
    open.add(new Entry(world, index));
    return true;
  }

  private long high;
  private long low;

  private boolean isNew(World world) {
    high = 0x9E3779B97F4A7C15L;
    low = 0xC2B2AE3D27D4EB4FL;
    mix(world.time());
    mix(number(world.store()));
    mix(number(world.chronicle()));
    mix(number(world.budget()));
    mix(world.late().size());
    int sum = 0;
    long product = 1;
    for (Request request : world.late()) {
      int n = number(request);
      sum += n;
      product *= 2L * n + 3;
    }
    mix(sum);
    mix(product);
    for (Actor actor : world.actors()) {
      mix(actor.at().number());
      mix(actor.traced() ? 1 : 0);
      mix(number(actor.owner()));
      mix(actor.letter() == null ? -1 : number(actor.letter()));
      mix(actor.dispossessed() ? 1 : 0);
      mix(actor.lost());
      mix(actor.idleAt() == world.time() ? 1 : 0);
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
    StringBuilder told = new StringBuilder();
    World[] world = {scenario.begin(counts)};
    for (int i = 0; i < path.size(); i++) {
      int step = path.get(i);
      boolean isLast = i == path.size() - 1;
      int[] ordinal = {0};
      World now = world[0];
      moves.each(
          now,
          (move, next) -> {
            if (ordinal[0]++ == step) {
              told.append(now.time()).append(" ms: ").append(move.get()).append('\n');
              if (!isLast) {
                world[0] = next.get();
              }
            }
          });
    }
    return told.toString();
  }
}
