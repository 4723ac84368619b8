package io.github.checkpointmanager.internal.pipeline.declaration;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Orders stages by their dependencies. Pure; no recursion, so long pipelines need no deep stack.
 */
public final class Topology {
  private Topology() {}

  /**
   * Returns the stages so that each comes after those it depends on, otherwise in the order of
   * declaration (Kahn's algorithm). Stages of a cycle, and those that depend on one, are left out.
   */
  public static List<String> order(Map<String, Set<String>> after) {
    Map<String, Integer> position = new HashMap<>();
    after.keySet().forEach(stage -> position.put(stage, position.size()));
    Map<String, List<String>> dependents = dependents(after);
    Map<String, Integer> missing = new HashMap<>();
    after.forEach((stage, upstream) -> missing.put(stage, upstream.size()));
    PriorityQueue<String> ready =
        new PriorityQueue<>(Comparator.comparing((String s) -> position.getOrDefault(s, 0)));
    after.forEach(
        (stage, upstream) -> {
          if (upstream.isEmpty()) {
            ready.add(stage);
          }
        });
    List<String> order = new ArrayList<>(after.size());
    while (!ready.isEmpty()) {
      String stage = ready.remove();
      order.add(stage);
      for (String dependent : dependents.getOrDefault(stage, List.of())) {
        if (missing.merge(dependent, -1, Integer::sum) == 0) {
          ready.add(dependent);
        }
      }
    }
    return order;
  }

  /** The direct dependents of each stage, in the order of declaration. */
  public static Map<String, List<String>> dependents(Map<String, Set<String>> after) {
    Map<String, List<String>> dependents = new LinkedHashMap<>();
    after.forEach(
        (stage, upstream) ->
            upstream.forEach(
                before -> dependents.computeIfAbsent(before, s -> new ArrayList<>()).add(stage)));
    return dependents;
  }

  /** Returns all stages that the edges lead to, and the starts. */
  public static Set<String> reachable(
      Iterable<String> starts, Map<String, ? extends Iterable<String>> edges) {
    Set<String> seen = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>();
    starts.forEach(open::add);
    while (!open.isEmpty()) {
      String stage = open.remove();
      if (seen.add(stage) && edges.containsKey(stage)) {
        edges.get(stage).forEach(open::add);
      }
    }
    return seen;
  }

  /**
   * A cycle, each stage followed by one that depends on it, the first one again at the end; empty
   * when there is none.
   */
  public static Optional<List<String>> cycle(Map<String, Set<String>> after) {
    Set<String> cyclic = new LinkedHashSet<>(after.keySet());
    cyclic.removeAll(new HashSet<>(order(after)));
    if (cyclic.isEmpty()) {
      return Optional.empty();
    }
    // Every stage that is left depends on one that is left, so walking back finds the cycle.
    List<String> walked = new ArrayList<>();
    Map<String, Integer> at = new HashMap<>();
    String stage = cyclic.iterator().next();
    while (!at.containsKey(stage)) {
      at.put(stage, walked.size());
      walked.add(stage);
      stage =
          after.getOrDefault(stage, Set.of()).stream()
              .filter(cyclic::contains)
              .findFirst()
              .orElseThrow();
    }
    List<String> cycle = new ArrayList<>(walked.subList(at.get(stage), walked.size()));
    cycle.add(stage);
    Collections.reverse(cycle);
    return Optional.of(cycle);
  }
}
