package io.github.checkpointmanager.internal.time;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * How the protocols wait and measure; a seam so that the interleaving explorer can drive them.
 * Intervals come from a monotonic clock, never from a wall clock.
 */
public interface Timing {
  /** As {@link System#nanoTime()}. */
  long nanoTime();

  /** The wall clock in milliseconds since the epoch. It may only ever shorten trust. */
  long wallMillis();

  /** Waits; throws when the thread is interrupted, or was before. */
  void sleep(Duration duration) throws InterruptedException;

  /** A number from 0 (inclusive) to 1 (exclusive), for jitter. */
  double random();

  /** The machine's own clocks. */
  static Timing system() {
    return new Timing() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public long wallMillis() {
        return System.currentTimeMillis();
      }

      @Override
      public void sleep(Duration duration) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
      }

      @Override
      public double random() {
        return ThreadLocalRandom.current().nextDouble();
      }
    };
  }
}
