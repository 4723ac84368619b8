package io.github.checkpointmanager.internal.claim;

import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.record.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A claim as another worker reads it.
 *
 * @param stage whose claim
 * @param claim what it says; empty when it cannot be read
 * @param renewedAt its last write, by the store's clock
 * @param age by the store's clock; empty when that cannot be trusted
 */
public record ObservedClaim(
    String stage, Optional<ClaimRecord> claim, Instant renewedAt, Optional<Duration> age) {
  /** What a reading of a claim's key shows; empty when there is no claim. */
  public static Optional<ObservedClaim> of(String stage, Reading reading) {
    Optional<ClaimRecord> claim =
        reading instanceof Reading.Found found ? ClaimRecord.of(found.stored()) : Optional.empty();
    return reading
        .storedObject()
        .map(o -> new ObservedClaim(stage, claim, o.lastModified(), o.age()));
  }

  /** Whether its holder has not ended it, as far as can be read. */
  public boolean isRunning() {
    return claim.isEmpty() || claim.get().state() == State.RUNNING;
  }

  /** Whether it must be respected. A claim of unknown age is live: only that is safe. */
  public boolean isLive() {
    if (!isRunning()) {
      return false;
    }
    Duration lease = claim.map(ClaimRecord::lease).orElse(Leases.UNREADABLE);
    return age.map(a -> a.compareTo(Leases.takeoverAge(lease)) <= 0).orElse(true);
  }
}
