package io.github.checkpointmanager.internal.s3;

import io.github.checkpointmanager.internal.time.Timing;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether the {@code Date} of all replies of one endpoint comes from one clock. Each reply bounds
 * by how much the server's clock is ahead of this machine's: {@code Date} was made between sending
 * and receiving, in whole seconds. All replies must agree on such an offset, up to the tolerance;
 * otherwise a front end has a clock of its own, and from then on no time of this endpoint is
 * trusted. (The intersection of intervals is K. Marzullo's, "Maintaining the Time in a Distributed
 * System", 1984.)
 *
 * <p>The measure is {@code nanoTime}, which stands still while the machine is suspended. So a reply
 * is only distrusted if it also disagrees by the wall clock, whose value decides nothing else.
 * Thread-safe.
 */
final class ServerClock {
  /** In addition to the whole seconds of Date. Both together are 2 s. */
  private static final Duration TOLERANCE = Duration.ofSeconds(1);

  private static final Duration WHOLE_SECONDS = Duration.ofSeconds(1);

  /** How much the rates of two clocks may differ: 500 parts in a million, as NTP allows. */
  private static final int DRIFT_SHARE = 2000;

  private final Timing timing;
  private @Nullable Offset byNanoTime;
  private @Nullable Offset byWallClock;
  private long lastSeen;
  private boolean trusted = true;

  ServerClock(Timing timing) {
    this.timing = timing;
  }

  /** By how much the server's clock is ahead of one of this machine's, in milliseconds. */
  private record Offset(long atLeast, long atMost) {
    boolean agreesWith(Offset other) {
      long apart = Math.max(atLeast, other.atLeast) - Math.min(atMost, other.atMost);
      return apart <= TOLERANCE.toMillis();
    }

    Offset and(Offset other) {
      return new Offset(Math.max(atLeast, other.atLeast), Math.min(atMost, other.atMost));
    }

    Offset widenedBy(long millis) {
      return new Offset(atLeast - millis, atMost + millis);
    }
  }

  /**
   * Notes a reply that has just come.
   *
   * @param date what it says
   * @param sentNanos when its request was sent, by {@code nanoTime}
   * @return whether this time, and all before, may be trusted
   */
  synchronized boolean agrees(Instant date, long sentNanos) {
    long now = timing.nanoTime();
    long tookMillis = Math.max(0, (now - sentNanos) / 1_000_000);
    Offset monotonic = offset(date, now / 1_000_000, tookMillis);
    Offset wall = offset(date, timing.wallMillis(), tookMillis);
    if (byNanoTime == null || byWallClock == null) {
      byNanoTime = monotonic;
      byWallClock = wall;
    } else {
      long drift = Math.max(0, now - lastSeen) / 1_000_000 / DRIFT_SHARE;
      Offset oldMonotonic = byNanoTime.widenedBy(drift);
      Offset oldWall = byWallClock.widenedBy(drift);
      boolean sameMonotonic = oldMonotonic.agreesWith(monotonic);
      boolean sameWall = oldWall.agreesWith(wall);
      trusted &= sameMonotonic || sameWall;
      byNanoTime = sameMonotonic ? oldMonotonic.and(monotonic) : monotonic;
      byWallClock = sameWall ? oldWall.and(wall) : wall;
    }
    lastSeen = now;
    return trusted;
  }

  private static Offset offset(Instant date, long receivedMillis, long tookMillis) {
    long atLeast = date.toEpochMilli() - receivedMillis;
    return new Offset(atLeast, atLeast + tookMillis + WHOLE_SECONDS.toMillis());
  }

  /** A reply disagreed with the time of an object that was just written. */
  synchronized void distrust() {
    trusted = false;
  }
}
