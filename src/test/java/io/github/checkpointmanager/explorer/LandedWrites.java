package io.github.checkpointmanager.explorer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The writes that have reached the store, as far as the rules look at them. Immutable.
 *
 * @param takings of the claim, in the order in which they landed
 * @param saved write ids of all checkpoints that ever landed, sorted
 * @param begun how often a worker has begun to execute the stage that may do so once
 */
record LandedWrites(List<Taking> takings, List<String> saved, int begun) {
  static final LandedWrites EMPTY = new LandedWrites(List.of(), List.of(), 0);

  /**
   * One taking of the claim.
   *
   * @param owner the new holder's owner id
   * @param token the fencing token that the holder got; negative before it got one
   * @param deleted whether the claim was deleted while its holder ran
   */
  record Taking(String owner, long token, boolean deleted) {
    Taking given(long value) {
      return new Taking(owner, value, deleted);
    }
  }

  Optional<Taking> taking(String owner) {
    return takings.stream().filter(t -> t.owner().equals(owner)).findFirst();
  }

  /** The last claim that this run took. */
  Taking lastOf(WorkerRun run) {
    return takings.stream()
        .filter(t -> WorkerRun.of(t.owner()).equals(run))
        .reduce((a, b) -> b)
        .orElseThrow(() -> new IllegalStateException(run + " holds a claim that never landed"));
  }

  LandedWrites taken(String owner) {
    List<Taking> more = new ArrayList<>(takings);
    more.add(new Taking(owner, -1, false));
    return new LandedWrites(List.copyOf(more), saved, begun);
  }

  LandedWrites given(String owner, long token) {
    return new LandedWrites(
        takings.stream().map(t -> t.owner().equals(owner) ? t.given(token) : t).toList(),
        saved,
        begun);
  }

  LandedWrites deleted(String owner) {
    return new LandedWrites(
        takings.stream()
            .map(t -> t.owner().equals(owner) ? new Taking(owner, t.token(), true) : t)
            .toList(),
        saved,
        begun);
  }

  LandedWrites saved(String writeId) {
    TreeSet<String> more = new TreeSet<>(saved);
    more.add(writeId);
    return new LandedWrites(takings, List.copyOf(more), begun);
  }

  LandedWrites begunOnceMore() {
    return new LandedWrites(takings, saved, begun + 1);
  }
}
