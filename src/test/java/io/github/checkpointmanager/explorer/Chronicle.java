package io.github.checkpointmanager.explorer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What the rules have to know of the past, as the store saw it. Immutable.
 *
 * @param takings of the claim, in the order in which they landed
 * @param saved write ids of all checkpoints that ever landed, sorted
 */
record Chronicle(List<Taking> takings, List<String> saved) {
  static final Chronicle EMPTY = new Chronicle(List.of(), List.of());

  /**
   * One taking of the claim.
   *
   * @param owner by whom
   * @param token what its holder was told; negative as long as nobody was
   * @param deleted whether the claim was deleted while it ran
   * @param young whether it was deleted so soon that no clear can have known of it
   */
  record Taking(String owner, long token, boolean deleted, boolean young) {
    Taking told(long value) {
      return new Taking(owner, value, deleted, young);
    }
  }

  Optional<Taking> taking(String owner) {
    return takings.stream().filter(t -> t.owner().equals(owner)).findFirst();
  }

  /** The last claim that a run took. */
  Taking lastOf(Round round) {
    return takings.stream()
        .filter(t -> Round.of(t.owner()).equals(round))
        .reduce((a, b) -> b)
        .orElseThrow(() -> new IllegalStateException(round + " holds a claim that never landed"));
  }

  Chronicle taken(String owner) {
    List<Taking> more = new ArrayList<>(takings);
    more.add(new Taking(owner, -1, false, false));
    return new Chronicle(List.copyOf(more), saved);
  }

  Chronicle told(String owner, long token) {
    return new Chronicle(
        takings.stream().map(t -> t.owner().equals(owner) ? t.told(token) : t).toList(), saved);
  }

  Chronicle deleted(String owner, boolean young) {
    return new Chronicle(
        takings.stream()
            .map(t -> t.owner().equals(owner) ? new Taking(owner, t.token(), true, young) : t)
            .toList(),
        saved);
  }

  Chronicle saved(String writeId) {
    TreeSet<String> more = new TreeSet<>(saved);
    more.add(writeId);
    return new Chronicle(takings, List.copyOf(more));
  }
}
