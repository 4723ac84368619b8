package io.github.checkpointmanager.internal.time;

import io.github.checkpointmanager.store.StoreException;
import java.time.Duration;

/**
 * The waits of one operation that sends the same bytes again: exponential, with full jitter,
 * bounded in number. The jitter follows M. Brooker, "Exponential Backoff And Jitter", AWS
 * Architecture Blog, 2015.
 */
public final class Backoff {
  /** Together about 4 s of waiting, and at most 7.2 s. */
  public static final int LIMIT = 8;

  private static final Duration FIRST = Duration.ofMillis(50);
  private static final Duration LONGEST = Duration.ofSeconds(2);

  private final Timing timing;
  private int taken;

  public Backoff(Timing timing) {
    this.timing = timing;
  }

  /** Whether another pause may be taken. */
  public boolean remain() {
    return taken < LIMIT;
  }

  /**
   * Waits before the next try.
   *
   * @throws StoreException {@code OUTCOME_UNKNOWN} when the thread is interrupted; its interrupt
   *     flag is set again
   */
  public void pause(String key) {
    long ceiling = Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(taken, 16));
    taken++;
    try {
      timing.sleep(Duration.ofMillis((long) (ceiling * timing.random())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(
          StoreException.Kind.OUTCOME_UNKNOWN,
          "The outcome of writing " + key + " is unknown",
          "the thread was interrupted while it waited to send the same bytes again",
          "Send the same bytes again (retry), or read the record",
          e);
    }
  }
}
