package io.github.checkpointmanager.internal.clear;

import io.github.checkpointmanager.internal.claim.ClaimRecord;
import io.github.checkpointmanager.internal.claim.Leases;
import io.github.checkpointmanager.internal.claim.ObservedClaim;
import io.github.checkpointmanager.internal.read.ParallelReads;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Judges running claims of which the store cannot tell the age: a claim whose version stays the
 * same for its lease and margin, by the monotonic clock, is a dead worker's. Thread-safe.
 */
record UntimedClaims(RecordReader reader, ParallelReads reads, Timing timing) {
  /** How often a claim is read in its lease and margin. A living worker writes it three times. */
  private static final int LOOKS = 8;

  /** Returns the longest time that judging takes. */
  static Duration longest(List<FoundClaim> claims) {
    return claims.stream()
        .map(UntimedClaims::takeoverAge)
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  private static Duration takeoverAge(FoundClaim claim) {
    Optional<ClaimRecord> record = claim.observed().flatMap(ObservedClaim::claim);
    return Leases.takeoverAge(record.map(ClaimRecord::lease).orElse(Leases.UNREADABLE));
  }

  /**
   * Reads the claims again and again, until one has changed or all are judged dead. 1 GET for each
   * claim and look.
   *
   * @param claims read before this call
   * @return the claims that have changed, so that a worker is alive; empty when all are dead
   * @throws StoreException {@code UNAVAILABLE} when interrupted
   */
  List<FoundClaim> changed(List<FoundClaim> claims) {
    long begin = timing.nanoTime();
    List<FoundClaim> watched = claims;
    while (!watched.isEmpty()) {
      Waits.sleep(
          timing,
          longest(watched).dividedBy(LOOKS),
          "it watched whether workers are alive, since the store's clock is not known");
      Duration unchanged = Duration.ofNanos(timing.nanoTime() - begin);
      List<FoundClaim> changed =
          reads.map(watched, this::changed).stream().flatMap(Optional::stream).toList();
      if (!changed.isEmpty()) {
        return changed;
      }
      watched = watched.stream().filter(c -> takeoverAge(c).compareTo(unchanged) >= 0).toList();
    }
    return List.of();
  }

  private Optional<FoundClaim> changed(FoundClaim claim) {
    Optional<Version> now = reader.readHead(claim.key()).storedObject().map(StoredObject::version);
    return now.equals(claim.version()) ? Optional.empty() : Optional.of(claim);
  }
}
