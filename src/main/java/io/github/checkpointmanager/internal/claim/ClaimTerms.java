package io.github.checkpointmanager.internal.claim;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * What a taker asks for. Immutable.
 *
 * @param lease how long the claim holds after each write
 * @param longestLease after which an unreadable claim counts as expired
 * @param maxAttempts failures after which no worker tries again; 0 for no limit
 * @param firstBackoff the pause after the first failure, doubled for each further one
 * @param longestBackoff the longest such pause
 * @param finished the token of the claim that completed the stage, when it is run again on purpose:
 *     that claim counts as ended whatever its age
 */
public record ClaimTerms(
    Duration lease,
    Duration longestLease,
    long maxAttempts,
    Duration firstBackoff,
    Duration longestBackoff,
    OptionalLong finished) {

  /** The back-off of a stage after its {@code failures}-th failure. */
  Duration backoff(long failures) {
    if (failures == 0 || firstBackoff.isZero()) {
      return Duration.ZERO;
    }
    long doublings = Math.min(failures - 1, 40);
    Duration pause = firstBackoff;
    for (long i = 0; i < doublings && pause.compareTo(longestBackoff) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return pause.compareTo(longestBackoff) < 0 ? pause : longestBackoff;
  }
}
