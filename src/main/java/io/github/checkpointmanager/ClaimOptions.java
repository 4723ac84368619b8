package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.claim.Leases;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * How a stage is claimed. Immutable: every method with a parameter returns a changed copy.
 *
 * @param lease how long the claim holds after each renewal, 5 s to {@link #LONGEST_LEASE}
 * @param heartbeat whether it is renewed in the background, every third of the lease
 * @param maxAttempts failed attempts and expired leases, of any worker, after which no worker tries
 *     again; 0 for no limit
 * @param overridesMaxAttempts whether the limit that stands in the stage's claim does not bind
 * @param firstBackoff the pause after the first failure, doubled after each further one
 * @param longestBackoff the longest such pause
 * @param onLost called when the claim is lost
 * @param interrupt whether the claiming thread is interrupted when the claim is lost
 * @param rerun the checkpoint that completing replaces, when a completed stage is run again
 */
public record ClaimOptions(
    Duration lease,
    boolean heartbeat,
    long maxAttempts,
    boolean overridesMaxAttempts,
    Duration firstBackoff,
    Duration longestBackoff,
    Optional<Runnable> onLost,
    boolean interrupt,
    Optional<Checkpoint> rerun) {
  /** The shortest lease or deadline: 5 s, because stores tell their time in whole seconds. */
  public static final Duration SHORTEST_LEASE = Leases.SHORTEST;

  /** The lease of the command and of pipelines, where none is given: 60 s. */
  public static final Duration DEFAULT_LEASE = Duration.ofSeconds(60);

  /** The longest lease, deadline and back-off: 365 days. */
  public static final Duration LONGEST_LEASE = Leases.LONGEST;

  public ClaimOptions {
    Objects.requireNonNull(onLost, "onLost");
    Objects.requireNonNull(rerun, "rerun");
    if (lease.compareTo(SHORTEST_LEASE) < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The lease %s is too short: the store's clock tells whole seconds. Use at least %s.",
              lease,
              SHORTEST_LEASE));
    }
    if (lease.compareTo(LONGEST_LEASE) > 0) {
      throw new IllegalArgumentException(
          "The lease " + lease + " is too long. Use at most " + LONGEST_LEASE + ".");
    }
    if (maxAttempts < 0) {
      throw new IllegalArgumentException("maxAttempts is negative: " + maxAttempts);
    }
    if (firstBackoff.isNegative()
        || longestBackoff.compareTo(firstBackoff) < 0
        || longestBackoff.compareTo(LONGEST_LEASE) > 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The back-off from %s to %s is not an interval of durations up to %s.",
              firstBackoff,
              longestBackoff,
              LONGEST_LEASE));
    }
  }

  /**
   * A claim that is renewed every third of its lease, of at least 5 s. A dead worker blocks the
   * stage for one lease and its margin (2 s, or 5 % if that is more) after its last renewal.
   */
  public static ClaimOptions lease(Duration lease) {
    return of(lease, true);
  }

  /**
   * A claim that holds until a deadline and is not renewed, for serverless functions: no thread is
   * started.
   *
   * @param remaining the time that is left, such as a Lambda's {@code getRemainingTimeInMillis()};
   *     at least 5 s
   */
  public static ClaimOptions untilDeadline(Duration remaining) {
    return of(remaining, false);
  }

  private static ClaimOptions of(Duration lease, boolean heartbeat) {
    Duration longest = Duration.ofMinutes(10);
    return new ClaimOptions(
        lease,
        heartbeat,
        0,
        false,
        Duration.ZERO,
        longest,
        Optional.empty(),
        false,
        Optional.empty());
  }

  /** Sets another lease, of at least 5 s. */
  public ClaimOptions withLease(Duration value) {
    return new ClaimOptions(
        value,
        heartbeat,
        maxAttempts,
        overridesMaxAttempts,
        firstBackoff,
        longestBackoff,
        onLost,
        interrupt,
        rerun);
  }

  /**
   * Limits the attempts since the last completion: after so many failed attempts or expired leases,
   * of any worker, no worker tries again. The limit is recorded in the claim and binds every later
   * worker, also one that asks for more or for none, until the stage is cleared or a worker
   * overrides it. 0, the default, for no limit of this worker's own. An attempt that was released
   * does not count.
   */
  public ClaimOptions maxAttempts(long value) {
    return new ClaimOptions(
        lease,
        heartbeat,
        value,
        overridesMaxAttempts,
        firstBackoff,
        longestBackoff,
        onLost,
        interrupt,
        rerun);
  }

  /**
   * The stage's work begins once at most: as a limit of one attempt. A worker that fails, dies,
   * loses its claim, or cannot record its result ends the stage until it is cleared or the limit is
   * overridden, so a stage may also be done by nobody. A claim that is closed without an end counts
   * as failed.
   */
  public ClaimOptions atMostOnce() {
    return maxAttempts(1);
  }

  /**
   * Tries a stage again although the limit in its claim was reached; from then on the limit of
   * these options is recorded instead.
   */
  public ClaimOptions overridingMaxAttempts() {
    return new ClaimOptions(
        lease,
        heartbeat,
        maxAttempts,
        true,
        firstBackoff,
        longestBackoff,
        onLost,
        interrupt,
        rerun);
  }

  /**
   * Exponential back-off after failures: {@code first}, doubled each time, capped at {@code
   * longest}; where the store's clock is not known, also at the lease and its margin, because how
   * much of it is over is not known either. Off by default.
   */
  public ClaimOptions backoff(Duration first, Duration longest) {
    return new ClaimOptions(
        lease,
        heartbeat,
        maxAttempts,
        overridesMaxAttempts,
        first,
        longest,
        onLost,
        interrupt,
        rerun);
  }

  /**
   * Called once, on a thread of the manager, when the claim is lost; must not block. What it throws
   * is logged.
   */
  public ClaimOptions onLost(Runnable callback) {
    Optional<Runnable> lost = Optional.of(callback);
    return new ClaimOptions(
        lease,
        heartbeat,
        maxAttempts,
        overridesMaxAttempts,
        firstBackoff,
        longestBackoff,
        lost,
        interrupt,
        rerun);
  }

  /** Interrupts the thread that claimed when the claim is lost, before {@link #onLost}. */
  public ClaimOptions interruptWhenLost() {
    return new ClaimOptions(
        lease,
        heartbeat,
        maxAttempts,
        overridesMaxAttempts,
        firstBackoff,
        longestBackoff,
        onLost,
        true,
        rerun);
  }

  /**
   * Claims a completed stage to run it again: completing replaces exactly the checkpoint that was
   * seen. If another one is current, the stage counts as completed by that one.
   */
  public ClaimOptions rerun(Checkpoint seen) {
    Optional<Checkpoint> over = Optional.of(seen);
    return new ClaimOptions(
        lease,
        heartbeat,
        maxAttempts,
        overridesMaxAttempts,
        firstBackoff,
        longestBackoff,
        onLost,
        interrupt,
        over);
  }
}
