package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.claim.ClaimTerms;
import io.github.checkpointmanager.internal.claim.Leases;
import io.github.checkpointmanager.internal.claim.ObservedClaim;
import io.github.checkpointmanager.store.Version;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How a stage is claimed. Immutable: every method gives a changed copy. */
public final class ClaimOptions {
  /** A lease or a deadline must be this long at least: 5 s. */
  public static final Duration SHORTEST_LEASE = Leases.SHORTEST;

  /** No lease, deadline or back-off is longer. */
  public static final Duration LONGEST_LEASE = Leases.LONGEST;

  private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(10);

  private final Duration lease;
  private final boolean heartbeat;
  private final long maxAttempts;
  private final Duration firstBackoff;
  private final Duration longestBackoff;
  private final @Nullable Runnable onLost;
  private final boolean interrupt;
  private final @Nullable Checkpoint rerun;
  private final @Nullable Version damaged;

  private ClaimOptions(
      Duration lease,
      boolean heartbeat,
      long maxAttempts,
      Duration firstBackoff,
      Duration longestBackoff,
      @Nullable Runnable onLost,
      boolean interrupt,
      @Nullable Checkpoint rerun,
      @Nullable Version damaged) {
    this.lease = lease;
    this.heartbeat = heartbeat;
    this.maxAttempts = maxAttempts;
    this.firstBackoff = firstBackoff;
    this.longestBackoff = longestBackoff;
    this.onLost = onLost;
    this.interrupt = interrupt;
    this.rerun = rerun;
    this.damaged = damaged;
  }

  /**
   * A claim that is renewed every third of its lease. A dead worker blocks the stage for one lease
   * and its margin (2 s, or 5 % if that is more) after its last renewal.
   *
   * @param lease at least 5 s
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
    if (lease.compareTo(Leases.SHORTEST) < 0) {
      throw new IllegalArgumentException(
          "The lease "
              + lease
              + " is too short: the store's clock tells whole seconds. Use at least "
              + Leases.SHORTEST
              + ".");
    }
    if (lease.compareTo(Leases.LONGEST) > 0) {
      throw new IllegalArgumentException(
          "The lease " + lease + " is too long. Use at most " + Leases.LONGEST + ".");
    }
    return new ClaimOptions(
        lease, heartbeat, 0, Duration.ZERO, LONGEST_BACKOFF, null, false, null, null);
  }

  /**
   * The same with another lease.
   *
   * @param value at least 5 s
   */
  public ClaimOptions withLease(Duration value) {
    return new ClaimOptions(
        of(value, heartbeat).lease,
        heartbeat,
        maxAttempts,
        firstBackoff,
        longestBackoff,
        onLost,
        interrupt,
        rerun,
        damaged);
  }

  /**
   * Gives up after so many failed attempts or expired leases of any worker; 0, the default, for no
   * limit.
   */
  public ClaimOptions maxAttempts(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("maxAttempts is negative: " + value);
    }
    return new ClaimOptions(
        lease, heartbeat, value, firstBackoff, longestBackoff, onLost, interrupt, rerun, damaged);
  }

  /**
   * Lets a stage rest after a failure, twice as long after each further one; by default not at all.
   *
   * @param first after the first failure
   * @param longest the longest rest
   */
  public ClaimOptions backoff(Duration first, Duration longest) {
    if (first.isNegative()
        || longest.compareTo(first) < 0
        || longest.compareTo(Leases.LONGEST) > 0) {
      throw new IllegalArgumentException(
          "The back-off from "
              + first
              + " to "
              + longest
              + " is not an interval of durations up to "
              + Leases.LONGEST
              + ".");
    }
    return new ClaimOptions(
        lease, heartbeat, maxAttempts, first, longest, onLost, interrupt, rerun, damaged);
  }

  /**
   * Called once, on a thread of the manager, when the claim is lost; must not block. What it throws
   * is logged.
   */
  public ClaimOptions onLost(Runnable callback) {
    return new ClaimOptions(
        lease,
        heartbeat,
        maxAttempts,
        firstBackoff,
        longestBackoff,
        Objects.requireNonNull(callback, "callback"),
        interrupt,
        rerun,
        damaged);
  }

  /** Interrupts the thread that claimed when the claim is lost, before {@link #onLost}. */
  public ClaimOptions interruptWhenLost() {
    return new ClaimOptions(
        lease, heartbeat, maxAttempts, firstBackoff, longestBackoff, onLost, true, rerun, damaged);
  }

  /**
   * Claims a completed stage to run it again: completing replaces exactly this checkpoint. If
   * another stands there, the stage counts as completed by that one.
   *
   * @param seen the checkpoint to be replaced
   */
  public ClaimOptions rerun(Checkpoint seen) {
    return new ClaimOptions(
        lease,
        heartbeat,
        maxAttempts,
        firstBackoff,
        longestBackoff,
        onLost,
        interrupt,
        Objects.requireNonNull(seen, "seen"),
        damaged);
  }

  /** Completing replaces this damaged version, if it still stands. */
  ClaimOptions repairing(Optional<Version> version) {
    return new ClaimOptions(
        lease,
        heartbeat,
        maxAttempts,
        firstBackoff,
        longestBackoff,
        onLost,
        interrupt,
        rerun,
        version.orElse(null));
  }

  Optional<Version> damaged() {
    return Optional.ofNullable(damaged);
  }

  ClaimTerms terms() {
    Duration longest = ObservedClaim.LONGEST_LEASE;
    return new ClaimTerms(
        lease,
        lease.compareTo(longest) > 0 ? lease : longest,
        maxAttempts,
        firstBackoff,
        longestBackoff,
        rerun == null ? OptionalLong.empty() : rerun.fencingToken());
  }

  boolean heartbeat() {
    return heartbeat;
  }

  Optional<Runnable> onLost() {
    return Optional.ofNullable(onLost);
  }

  boolean interrupt() {
    return interrupt;
  }

  Optional<Checkpoint> rerun() {
    return Optional.ofNullable(rerun);
  }
}
