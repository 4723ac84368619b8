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
    String why =
        "after " + Backoff.RESEND.tries() + " tries the store still asked to send it again";
    String remedy =
        "Try again later; many writers on one key, or a deletion that repeats, cause this";
    if (absences > 0) {
      why =
          "in "
              + absences
              + " of "
              + Backoff.RESEND.tries()
              + " tries the store refused to create the key because it exists, and then said that"
              + " there is no such key";
      remedy =
          "Try again later; a deletion that repeats causes this. If nothing deletes the key, the"
              + " server mishandles its delete marker: remove the marker, turn bucket versioning"
              + " off, or use another server; `checkpoint doctor` shows it";
    }
    return new StoreException(
        StoreException.Kind.UNAVAILABLE,
        "Writing " + key + " to " + store.location() + " was not decided",
        why,
        remedy);
  }

  /**
   * Notes that the store refused to create the key because it exists, and then said that there is
   * no such key: a race with a deletion, or a server that mishandles delete markers. Nothing tells
   * these apart but that the second happens at each try; the last {@link #pause} names both.
   */
  public void countAbsence() {
    absences++;
  }
}
