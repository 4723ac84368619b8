package io.github.checkpointmanager.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The writes of one stage's claim that the server carried out, in the order in which each replaced
 * the one before. Compare-and-set gives that order; clocks do not.
 *
 * @param writes in order
 * @param violations writes that do not fit into that order
 */
record ClaimChain(List<WireRequest> writes, List<Violation> violations) {
  static ClaimChain of(String stage, List<WireRequest> wire) {
    Map<String, List<WireRequest>> byExpected = new HashMap<>();
    wire.stream()
        .filter(request -> request.kind() == WireRequest.Kind.PUT_CLAIM && request.isAccepted())
        .forEach(
            write ->
                byExpected.computeIfAbsent(write.expected(), any -> new ArrayList<>()).add(write));
    List<WireRequest> order = new ArrayList<>();
    Optional<String> version = Optional.of(WireRequest.NOTHING);
    while (version.isPresent() && byExpected.containsKey(version.get())) {
      WireRequest next = byExpected.get(version.get()).remove(0);
      if (byExpected.get(version.get()).isEmpty()) {
        byExpected.remove(version.get());
      }
      order.add(next);
      version = next.version();
    }
    List<Violation> beside =
        byExpected.values().stream()
            .flatMap(List::stream)
            .map(
                write ->
                    new Violation(
                        Violation.Kind.LOST_UPDATE,
                        stage,
                        write.worker()
                            + " replaced "
                            + write.expected()
                            + ", which was not current or was replaced by another too"))
            .toList();
    return new ClaimChain(List.copyOf(order), beside);
  }

  /** The write that made a version. */
  Optional<WireRequest> writeOf(String version) {
    return writes.stream().filter(w -> w.version().equals(Optional.of(version))).findFirst();
  }
}
