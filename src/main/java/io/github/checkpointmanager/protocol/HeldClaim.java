package io.github.checkpointmanager.protocol;

import io.github.checkpointmanager.record.State;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.Version;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
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
  private final long token;
  private final ReentrantLock writing = new ReentrantLock();

  // Guarded by writing.
  private ClaimRecord record;
  private Version version;

  private volatile Validity validity;
  private volatile boolean lost;
  private volatile boolean ended;
  private volatile @Nullable String progress;

  HeldClaim(
      SaveProtocol protocol,
      Timing timing,
      Clock clock,
      ClaimRecord record,
      Version version,
      long token,
      Validity validity) {
    this.protocol = protocol;
    this.timing = timing;
    this.clock = clock;
    this.record = record.withToken(token);
    this.version = version;
    this.token = token;
    this.validity = validity;
  }

  public String stage() {
    return record.stage();
  }

  public long attempt() {
    return record.attempt();
  }

  public long fencingToken() {
    return token;
  }

  public Duration lease() {
    return validity.lease();
  }

  /**
   * Whether nobody else can have taken the stage over. Once the lease has run out unrenewed, or
   * another's claim was seen, it is false for ever; after a suspension of the machine until the
   * next renewal.
   */
  public boolean isValid() {
    return isHeld() && !validity.isSuspect(timing);
  }

  /**
   * As {@link #isValid}, but a suspected suspension does not count: a renewal may still heal that.
   */
  public boolean isHeld() {
    return !lost && !ended && !validity.isOver(timing);
  }

  /** Whether the claim was completed, failed or released by its holder. */
  public boolean isEnded() {
    return ended;
  }

  /** What is left of the lease; zero or negative when it is over. */
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

  /**
   * Renews for another lease from now on.
   *
   * @see #renew()
   */
  public boolean renew(Duration lease) {
    writing.lock();
    try {
      if (!isHeld()) {
        lost = !ended;
        return false;
      }
      ClaimRecord next = record.withLease(lease).withNote(Optional.ofNullable(progress));
      Validity from = Validity.from(timing, lease);
      if (!write(next)) {
        lost = true;
        return false;
      }
      if (validity.isOver(timing)) {
        lost = true; // the reply came too late; somebody may have acted on the silence
        return false;
      }
      validity = from;
      return true;
    } finally {
      writing.unlock();
    }
  }

  /**
   * Records that the attempt failed, so that others may try again at once. 1 PUT.
   *
   * @return whether that was recorded; false when the claim is no longer held
   * @throws StoreException the store failed; the claim ends with its lease
   */
  public boolean fail(String reason) {
    return end(State.FAILED, 1, Optional.of(reason));
  }

  /** Gives the claim up; no failure is counted. As {@link #fail}. */
  public boolean release(Optional<String> reason) {
    return end(State.RELEASED, 0, reason);
  }

  /** The stage's checkpoint stands: nothing is to be written any more. */
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
      if (!isHeld()) {
        return false;
      }
      boolean written = write(record.ended(how, record.failures() + failures, text));
      ended = written;
      lost = !written;
      return written;
    } finally {
      writing.unlock();
    }
  }

  /**
   * Replaces this claim's own version, which a lost reply may have advanced without its knowing.
   */
  private boolean write(ClaimRecord next) {
    RecordWrite write = next.write(clock.instant());
    for (int i = 0; i < ADOPTIONS; i++) {
      WriteOutcome outcome = protocol.replace(write, version);
      if (outcome instanceof WriteOutcome.Written written) {
        version = written.version();
        record = next;
        return true;
      }
      Optional<StoredRecord> own =
          ((WriteOutcome.Superseded) outcome).now().filter(this::isOwnRunning);
      if (own.isEmpty()) {
        return false;
      }
      version = own.get().version();
    }
    return false;
  }

  private boolean isOwnRunning(StoredRecord stored) {
    return ClaimRecord.of(stored)
        .filter(claim -> claim.owner().equals(record.owner()))
        .filter(claim -> claim.state() == State.RUNNING)
        .isPresent();
  }
}
