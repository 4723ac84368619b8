package io.github.checkpointmanager.internal.save;

import io.github.checkpointmanager.internal.time.Backoff;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreException;
import org.jspecify.annotations.Nullable;

/** The tries of one operation that writes one key. For one thread at a time. */
public final class Resends {
  private final CheckpointStore store;
  private final Timing timing;
  private final String key;
  private int pauses;
  private int absences;

  public Resends(CheckpointStore store, Timing timing, String key) {
    this.store = store;
    this.timing = timing;
    this.key = key;
  }

  /**
   * Waits before the same bytes are sent again.
   *
   * @throws StoreException {@code UNAVAILABLE} when it was tried often enough; {@code
   *     OUTCOME_UNKNOWN} when the thread is interrupted, its interrupt flag is set again
   */
  public void pause() {
    pause(null);
  }

  /** As {@link #pause()}; after the last try the outcome remains unknown if it was. */
  void pause(@Nullable StoreException unknown) {
    if (pauses >= Backoff.RESEND.tries()) {
      throw unknown != null ? unknown : notDecided();
    }
    try {
      timing.sleep(Backoff.RESEND.pause(pauses++, timing.random()));
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

  private StoreException notDecided() {
    return new StoreException(
        StoreException.Kind.UNAVAILABLE,
        "Writing " + key + " to " + store.location() + " was not decided",
        "after "
            + Backoff.RESEND.tries()
            + " tries the store still asked to send the request again",
        "Try again later; many writers on one key, or a deletion that repeats, cause this");
  }

  /**
   * The store refused to create the key because it exists, and then said that there is no such key.
   * Once is a race with a deletion; twice is the store.
   *
   * @throws StoreException {@code UNSUPPORTED}, the second time
   */
  public void countAbsence() {
    if (++absences >= 2) {
      throw new StoreException(
          StoreException.Kind.UNSUPPORTED,
          "Writing " + key + " to " + store.location() + " was refused",
          "twice the store refused to create the key because it exists, and then said that there is"
              + " no such key, as some servers do for a key whose newest version is a delete"
              + " marker",
          "Remove the key's delete markers, turn bucket versioning off, or use a server that"
              + " handles If-None-Match on deleted keys; `checkpoint doctor` shows it");
    }
  }
}
