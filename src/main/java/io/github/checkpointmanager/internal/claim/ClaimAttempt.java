package io.github.checkpointmanager.internal.claim;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How an attempt to claim a stage ended. */
public sealed interface ClaimAttempt {
  /** The claim is the caller's. */
  record Held(HeldClaim claim) implements ClaimAttempt {}

  /**
   * Another worker's claim is live.
   *
   * @param by what the claim says; empty when it cannot be read
   * @param renewedAt its last write, by the store's clock
   * @param remaining how long it may be respected still, if that can be told
   */
  record Busy(Optional<ClaimRecord> by, Instant renewedAt, Optional<Duration> remaining)
      implements ClaimAttempt {}

  /**
   * The stage backs off after a failure.
   *
   * @param last the failed attempt
   * @param renewedAt its last write, by the store's clock
   * @param remaining how long still
   */
  record BackingOff(ClaimRecord last, Instant renewedAt, Duration remaining)
      implements ClaimAttempt {}

  /**
   * The stage has failed as often as the caller allows.
   *
   * @param last the last attempt
   * @param failures how often it failed
   */
  record Exhausted(ClaimRecord last, long failures) implements ClaimAttempt {}
}
