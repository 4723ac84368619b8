package io.github.checkpointmanager.internal.clear;

import io.github.checkpointmanager.internal.claim.ClaimRecord;
import io.github.checkpointmanager.internal.claim.ClearedClaims;
import io.github.checkpointmanager.internal.claim.ObservedClaim;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.Listing;
import io.github.checkpointmanager.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A claim that a clear has found. The clear removes exactly this version, or nothing.
 *
 * @param stage whose claim
 * @param key of the claim
 * @param version when it was found; present
 * @param age at that time, by the store's clock; empty when that is not known
 * @param reading what it says, where it had to be read
 */
public record FoundClaim(
    String stage,
    String key,
    Optional<Version> version,
    Optional<Duration> age,
    Optional<Reading> reading) {

  /** A claim that was read; empty when there is none. */
  static Optional<FoundClaim> of(String stage, String key, Reading reading) {
    return reading
        .storedObject()
        .map(
            object ->
                new FoundClaim(
                    stage, key, Optional.of(object.version()), object.age(), Optional.of(reading)));
  }

  /** A claim that was listed with its version. */
  static FoundClaim of(String stage, Listing.Entry listed, Optional<Instant> storeTime) {
    return new FoundClaim(
        stage,
        listed.key(),
        listed.version(),
        storeTime.map(now -> Duration.between(listed.lastModified(), now)),
        Optional.empty());
  }

  Optional<ObservedClaim> observed() {
    return reading.flatMap(read -> ObservedClaim.of(stage, read));
  }

  /** Whether it is what an earlier clear has left. */
  boolean isLeft() {
    return reading.filter(read -> ClearedClaims.isLeft(stage, read)).isPresent();
  }

  /**
   * Whether it keeps a count of attempts that nothing else keeps. Not of a claim that was not read:
   * it has completed its stage.
   */
  boolean tellsOfFailures() {
    return observed().flatMap(ObservedClaim::claim).filter(FoundClaim::tellsOfFailures).isPresent();
  }

  private static boolean tellsOfFailures(ClaimRecord claim) {
    return claim.state() == State.RUNNING
        ? !claim.completing()
        : claim.state() == State.FAILED || claim.failures() > 0;
  }

  /** Whether a holder may be at work, which only watching can tell. */
  boolean isUntimed() {
    return observed().filter(o -> o.isRunning() && o.age().isEmpty()).isPresent();
  }

  /** Whether it must be respected, as far as is known. */
  boolean isLive() {
    return observed().filter(ObservedClaim::isLive).isPresent();
  }

  /** Whether its record can be read; without it, its lease is not known. */
  boolean isReadable() {
    return observed().flatMap(ObservedClaim::claim).isPresent();
  }
}
