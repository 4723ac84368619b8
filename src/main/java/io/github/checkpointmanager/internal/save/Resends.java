package io.github.checkpointmanager.internal.save;

import io.github.checkpointmanager.internal.time.Backoff;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.StoreException;

/** The pauses of one operation that sends the same bytes again. For one thread at a time. */
public final class Resends {
  private final Timing timing;
  private int taken;

  public Resends(Timing timing) {
    this.timing = timing;
  }

  /** Whether another pause may be taken. */
  boolean remain() {
    return taken < Backoff.RESEND.tries();
  }

  /**
   * Waits before the next try.
   *
   * @throws StoreException {@code OUTCOME_UNKNOWN} when the thread is interrupted; its interrupt
   *     flag is set again
   */
  void pause(String key) {
    try {
      timing.sleep(Backoff.RESEND.pause(taken++, timing.random()));
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
