package io.github.checkpointmanager.internal.claim;

import io.github.checkpointmanager.internal.time.Timing;
import java.time.Duration;

/** Numbers that every party to a claim computes alike. */
public final class Leases {
  /** Below it, whole seconds of the store's clock and a slow request would decide. */
  public static final Duration SHORTEST = Duration.ofSeconds(5);

  /** A longer lease counts as this: sums of it and of times in the store never overflow. */
  public static final Duration LONGEST = Duration.ofDays(365);

  /** What a claim that cannot be read counts as, unless a longer lease is asked for. */
  public static final Duration UNREADABLE = Duration.ofHours(1);

  /** Slow stores answer in less; of the shortest lease two renewals still fit in. */
  private static final Duration SHORTEST_TIMEOUT = Duration.ofSeconds(2);

  private static final Duration SMALLEST_MARGIN = Duration.ofSeconds(2);

  private Leases() {}

  /** What a taker waits beyond a lease: 2 s, or 5 % if that is more. S3 tells whole seconds. */
  public static Duration margin(Duration lease) {
    Duration share = lease.dividedBy(20);
    return share.compareTo(SMALLEST_MARGIN) > 0 ? share : SMALLEST_MARGIN;
  }

  /** The age from which a claim may be taken over. */
  public static Duration takeoverAge(Duration lease) {
    return lease.plus(margin(lease));
  }

  /**
   * How long a renewal may go unanswered before another is sent beside it: a sixth of the lease, at
   * least 2 s. The first renewal is due after a third of the lease.
   */
  static Duration renewalTimeout(Duration lease) {
    Duration share = lease.dividedBy(6);
    return share.compareTo(SHORTEST_TIMEOUT) > 0 ? share : SHORTEST_TIMEOUT;
  }

  /**
   * For how long a holder may trust its claim: a lease, counted from before the write was sent.
   * Immutable.
   *
   * <p>The wall clock may only shorten it: when it has advanced more than the monotonic clock by
   * over the margin, the machine was suspended and the monotonic clock may have stood still.
   */
  record LeaseWindow(long sentNanos, long sentWallMillis, Duration lease) {
    static LeaseWindow from(Timing timing, Duration lease) {
      return new LeaseWindow(timing.nanoTime(), timing.wallMillis(), lease);
    }

    /** What is left of the lease by the monotonic clock; zero or negative when it has expired. */
    Duration remaining(Timing timing) {
      return lease.minusNanos(timing.nanoTime() - sentNanos);
    }

    boolean isOver(Timing timing) {
      Duration left = remaining(timing);
      return left.isZero() || left.isNegative();
    }

    boolean isSuspect(Timing timing) {
      long monotonic = (timing.nanoTime() - sentNanos) / 1_000_000;
      long wall = timing.wallMillis() - sentWallMillis;
      return wall - monotonic > Leases.margin(lease).toMillis();
    }

    /**
     * The same, but ending no later than another: others may go by the other's lease as soon as its
     * write lands. What this one's clocks tell of a suspension stays.
     */
    LeaseWindow endingWith(LeaseWindow other) {
      Duration end = other.lease.plusNanos(other.sentNanos - sentNanos);
      return end.compareTo(lease) < 0 ? new LeaseWindow(sentNanos, sentWallMillis, end) : this;
    }
  }
}
