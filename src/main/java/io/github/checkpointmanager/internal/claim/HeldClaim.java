package io.github.checkpointmanager.internal.claim;

import io.github.checkpointmanager.internal.claim.Leases.LeaseWindow;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.internal.save.RecordWrite;
import io.github.checkpointmanager.internal.save.RecordWrite.WriteOutcome;
import io.github.checkpointmanager.internal.save.SaveProtocol;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.Version;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A claim that this process took. Every write replaces the version that was written last, so that
 * nothing of a successor is ever overwritten. Thread-safe; {@link #isValid} never waits for a
 * request.
 */
public final class HeldClaim {
  /** How often a write is tried over a version of this same claim that a lost reply left behind. */
  private static final int ADOPTIONS = 3;

  private final SaveProtocol protocol;
  private final Timing timing;
  private final Clock clock;
  private final String stage;
  private final long attempt;
  private final long token;
  private final ReentrantLock writing = new ReentrantLock();

  // Guarded by writing.
  private ClaimRecord record;
  private Version version;

  /** Write ids of what was sent since the last write whose outcome is known. */
  private final Set<String> unresolved = new HashSet<>();

  private volatile LeaseWindow validity;
  private volatile boolean lost;
  private volatile boolean ended;

  /** Set before it is sent, and sent again if its outcome is not known. */
  private volatile @Nullable RecordWrite ending;

  private volatile @Nullable String progress;

  HeldClaim(
      SaveProtocol protocol,
      Timing timing,
      Clock clock,
      ClaimRecord record,
      Version version,
      long token,
      LeaseWindow validity) {
    this.protocol = protocol;
    this.timing = timing;
    this.clock = clock;
    this.stage = record.stage();
    this.attempt = record.attempt();
    this.record = record.withToken(token);
    this.version = version;
    this.token = token;
    this.validity = validity;
  }

  public String stage() {
    return stage;
  }

  public long attempt() {
    return attempt;
  }

  public long fencingToken() {
    return token;
  }

  public Duration lease() {
    return validity.lease();
  }

  /**
   * Whether no other worker can have taken the stage over. Permanently false once the lease has run
   * out without a renewal, another claim was seen, or its end was sent; after a suspension of the
   * machine false until the next renewal.
   */
  public boolean isValid() {
    return isHeld() && !validity.isSuspect(timing);
  }

  /** As {@link #isValid}, in spite of a suspected suspension, which a renewal may clear. */
  public boolean isHeld() {
    return isOpen() && ending == null;
  }

  /** Whether an end is still to be recorded: it was not, or that is not known. */
  public boolean isOpen() {
    return !lost && !ended && !validity.isOver(timing);
  }

  /** Whether the claim was completed, failed or released by its holder, or that was sent. */
  public boolean isEnded() {
    return ended || ending != null;
  }

  /** What is left of the lease; zero or negative when it has expired. */
  public Duration remaining() {
    return validity.remaining(timing);
  }

  /** A text that the next renewal writes. */
  public void progress(String text) {
    progress = text;
  }

  /**
   * Renews for a full lease. 1 PUT.
   *
   * @return whether the claim is still held; false is final
   * @throws StoreException the store failed; the claim holds as long as its last lease, try again
   */
  public boolean renew() {
    return renew(validity.lease());
  }

  /** As {@link #renew()}, for another lease from now on. */
  public boolean renew(Duration lease) {
    writing.lock();
    try {
      if (!isHeld()) {
        lost = lost || !isEnded();
        return false;
      }
      ClaimRecord next = record.withLease(lease).withNote(Optional.ofNullable(progress));
      LeaseWindow from = LeaseWindow.from(timing, lease);
      validity = validity.endingWith(from);
      if (!write(next.write(clock.instant()))) {
        lost = true;
        return false;
      }
      record = next;
      if (validity.isOver(timing)) {
        lost = true; // the reply came too late; another worker may have taken over
        return false;
      }
      validity = from;
      return true;
    } finally {
      writing.unlock();
    }
  }

  /**
   * Records that the attempt failed, so that others may try again at once. 1 PUT. From now on the
   * claim is not valid, however this ends: what was sent may land at any moment.
   *
   * @return whether that was recorded; false when the claim is no longer held
   * @throws StoreException the store failed; ending it again sends the same bytes, otherwise the
   *     claim ends with its lease
   */
  public boolean fail(String reason) {
    return end(State.FAILED, 1, Optional.of(reason));
  }

  /** Gives the claim up; no failure counts. As {@link #fail}, which it repeats if that failed. */
  public boolean release(Optional<String> reason) {
    return end(State.RELEASED, 0, reason);
  }

  /** The stage's checkpoint was saved: nothing more is written. */
  public void completed() {
    ended = true;
  }

  /** The holder may act on the claim no more, whatever the lease says. */
  public void lose() {
    lost = true;
  }

  private boolean end(State how, int failures, Optional<String> text) {
    writing.lock();
    try {
      if (!isOpen()) {
        return false;
      }
      RecordWrite end = ending;
      if (end == null) {
        end = record.ended(how, record.failures() + failures, text).write(clock.instant());
        ending = end;
      }
      boolean written = write(end);
      ended = written;
      lost = !written;
      return written;
    } finally {
      writing.unlock();
    }
  }

  /**
   * Replaces this claim's own version, which a lost reply may have advanced without its knowing: a
   * write of this object, and nothing else, is taken for its own.
   */
  private boolean write(RecordWrite write) {
    unresolved.add(write.record().writeId().orElseThrow());
    for (int i = 0; i < ADOPTIONS; i++) {
      WriteOutcome outcome;
      try {
        outcome = protocol.replace(write, version);
      } catch (RecordException e) {
        if (e.kind() == RecordException.Kind.UNSTABLE) {
          throw new StoreException(
              StoreException.Kind.OUTCOME_UNKNOWN,
              "The outcome of writing " + write.key() + " is unknown",
              e.why(),
              "Try again while the lease holds",
              e);
        }
        return false; // no claim of this version, so it is not this one
      }
      if (outcome instanceof WriteOutcome.Written written) {
        version = written.version();
        unresolved.clear();
        return true;
      }
      Optional<StoredRecord> own =
          ((WriteOutcome.Superseded) outcome)
              .now()
              .filter(now -> now.record().writeId().filter(unresolved::contains).isPresent());
      if (own.isEmpty()) {
        return false;
      }
      version = own.get().version();
    }
    return false;
  }
}
