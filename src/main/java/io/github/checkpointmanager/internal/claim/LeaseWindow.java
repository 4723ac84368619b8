package io.github.checkpointmanager.internal.claim;

import io.github.checkpointmanager.internal.time.Timing;
import java.time.Duration;

/**
 * For how long a holder may trust its claim: a lease, counted from before the write was sent.
 * Immutable.
 *
 * <p>The wall clock may only shorten it: when it has advanced more than the monotonic clock by over
 * the margin, the machine was suspended and the monotonic clock may have stood still.
 */
record LeaseWindow(long sentNanos, long sentWallMillis, Duration lease) {
  static LeaseWindow from(Timing timing, Duration lease) {
    return new LeaseWindow(timing.nanoTime(), timing.wallMillis(), lease);
  }

  /** What is left of the lease by the monotonic clock; zero or negative when it is over. */
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
