package io.github.checkpointmanager.internal.clear;

import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.StoreException;
import java.time.Duration;

/** The waits of a clear, before it removes anything. */
final class Waits {
  private Waits() {}

  /**
   * Waits.
   *
   * @param doing what it did meanwhile, for the message
   * @throws StoreException {@code UNAVAILABLE} when interrupted
   */
  static void sleep(Timing timing, Duration duration, String doing) {
    try {
      timing.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE,
          "Nothing was deleted",
          "the thread was interrupted while " + doing,
          "Do it again",
          e);
    }
  }
}
