package io.github.checkpointmanager.internal.claim;

import io.github.checkpointmanager.internal.claim.ClaimRecord.Completion;
import io.github.checkpointmanager.internal.claim.Leases.LeaseWindow;
import io.github.checkpointmanager.internal.process.ExecutionCookie;
import io.github.checkpointmanager.internal.process.LocalProcesses;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.StageRecord;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.internal.save.RecordWrite;
import io.github.checkpointmanager.internal.save.RecordWrite.WriteOutcome;
import io.github.checkpointmanager.internal.save.SaveProtocol;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.Version;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A claim that this process took. Every write replaces an earlier write of this claim, so that
 * nothing of a successor, and nothing later of its own, is ever overwritten. Thread-safe: several
 * writes may be under way at once, and no lock is held during a request, so a write that hangs
 * keeps none of the others from the store.
 */
public final class HeldClaim {
  /**
   * How often a write is sent over an earlier one of this same claim that landed meanwhile: more
   * often than writes are under way at once.
   */
  private static final int ADOPTIONS = 2 * Heartbeats.MOST_TRIES;

  private final SaveProtocol protocol;
  private final Timing timing;
  private final Clock clock;
  private final LocalProcesses processes;
  private final String stage;
  private final long attempt;
  private final long token;
  private final ExecutionCookie cookie;
  private final long maxAttempts;

  /** Of the attempts before this one. */
  private final long failures;

  private final ReentrantLock state = new ReentrantLock();

  // Guarded by state, and their changes with those of the volatile fields.
  private ClaimRecord record;
  private Version version;
  private long sent;

  /** The write that the version is of. */
  private long landed;

  /**
   * What was sent, by write id: the write that landed last, and those after it. An earlier one can
   * land no more, because it expects a version that is gone.
   */
  private final Map<String, SentWrite> open = new LinkedHashMap<>();

  private volatile LeaseWindow validity;
  private volatile boolean lost;
  private volatile boolean ended;
  private volatile boolean removed;

  /** Set before it is sent, and sent again if its outcome is not known. */
  private volatile @Nullable SentWrite ending;

  private volatile @Nullable String progress;

  /**
   * A write of this claim.
   *
   * @param number counts the writes of this claim, from 1
   * @param from when it was sent first, with the lease that it asks for
   */
  private record SentWrite(long number, ClaimRecord record, RecordWrite write, LeaseWindow from) {}

  /** What became of a write. */
  private enum Landing {
    /** It landed, and no later write of this claim did. */
    LATEST,
    /** A later write of this claim landed. */
    OVERTAKEN,
    /** Something else is current, which is not of this claim. */
    REFUSED
  }

  HeldClaim(
      SaveProtocol protocol,
      Timing timing,
      Clock clock,
      LocalProcesses processes,
      ClaimRecord record,
      Version version,
      long token,
      LeaseWindow validity) {
    this.protocol = protocol;
    this.timing = timing;
    this.clock = clock;
    this.processes = processes;
    this.stage = record.stage();
    this.attempt = record.attempt();
    this.maxAttempts = record.maxAttempts();
    this.failures = record.failures();
    this.record = record.withToken(token);
    this.version = version;
    this.token = token;
    this.cookie = record.execution().orElseThrow().cookie();
    this.validity = validity;
  }

  /** The write of this claim that a record may be, known by its id. */
  Optional<RecordWrite> sent(StageRecord record) {
    state.lock();
    try {
      return record.writeId().map(open::get).map(SentWrite::write);
    } finally {
      state.unlock();
    }
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

  /** What the processes of this execution carry. */
  public ExecutionCookie cookie() {
    return cookie;
  }

  /** After how many failures no worker tries again; 0 for no limit. */
  public long maxAttempts() {
    return maxAttempts;
  }

  /** Since when it has been written last, at most: since that write was sent. */
  public Duration writtenWithin() {
    return validity.lease().minus(validity.remaining(timing));
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

  /** Whether it was lost, and nobody took the stage over: it was cleared, or released by force. */
  public boolean isRemoved() {
    return removed;
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
    return renew(lease, Completion.NONE);
  }

  /**
   * As {@link #renew(Duration)}, before the checkpoint is saved: from now on the claim says so, and
   * who finds it expired beside a checkpoint counts no failure, and who finds it beside a newer
   * checkpoint knows that it is over.
   *
   * @param again whether the stage is run again: then the checkpoint beside the claim may be the
   *     one before, and an expired one counts
   */
  public boolean renewToComplete(Duration lease, boolean again) {
    return renew(lease, again ? Completion.AGAIN : Completion.FIRST);
  }

  private boolean renew(Duration lease, Completion completion) {
    SentWrite mine;
    state.lock();
    try {
      if (!isHeld()) {
        lost = lost || !isEnded();
        return false;
      }
      ClaimRecord same =
          record.withLease(lease).withNote(Optional.ofNullable(progress)).heldBy(processes.self());
      ClaimRecord next = completion == Completion.NONE ? same : same.asCompleting(completion);
      mine = send(next, LeaseWindow.from(timing, lease));
      validity = validity.endingWith(mine.from());
    } finally {
      state.unlock();
    }
    Landing unused = write(mine);
    return isHeld();
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
    return end(State.FAILED, failures + 1, Optional.of(reason), false);
  }

  /** As {@link #fail}, and no worker tries again: the failures so far become the limit. */
  public boolean failPermanently(String reason) {
    return end(State.FAILED, failures + 1, Optional.of(reason), true);
  }

  /** Gives the claim up; no failure counts. As {@link #fail}, which it repeats if that failed. */
  public boolean release(Optional<String> reason) {
    return end(State.RELEASED, failures, reason, false);
  }

  /** As {@link #release}, when another has completed the stage: what failed before is over. */
  public boolean releaseBesideACheckpoint() {
    return end(State.RELEASED, 0, Optional.empty(), false);
  }

  /** The stage's checkpoint was saved: nothing more is written. */
  public void completed() {
    ended = true;
  }

  /** The holder may act on the claim no more, whatever the lease says. */
  public void lose() {
    lost = true;
  }

  private boolean end(State how, long failuresNow, Optional<String> text, boolean permanently) {
    SentWrite end;
    state.lock();
    try {
      if (!isOpen()) {
        return false;
      }
      if (ending == null) {
        ClaimRecord ended = record.ended(how, failuresNow, text);
        ending = send(permanently ? ended.limitedToItsFailures() : ended, validity);
      }
      end = ending;
    } finally {
      state.unlock();
    }
    return write(end) == Landing.LATEST;
  }

  /** Numbers a write that is about to be sent. */
  private SentWrite send(ClaimRecord next, LeaseWindow from) {
    RecordWrite write = next.write(clock.instant());
    SentWrite mine = new SentWrite(++sent, next, write, from);
    open.put(write.record().writeId().orElseThrow(), mine);
    return mine;
  }

  /**
   * Replaces this claim's own version, which a lost reply may have advanced without its knowing: an
   * earlier write of this object, and nothing else, is replaced.
   */
  private Landing write(SentWrite mine) {
    for (int i = 0; i < ADOPTIONS; i++) {
      Version expected;
      state.lock();
      try {
        if (mine.number() <= landed) {
          return mine.number() == landed ? Landing.LATEST : Landing.OVERTAKEN;
        }
        expected = version;
      } finally {
        state.unlock();
      }
      Optional<Landing> landing = settle(mine, replace(mine, expected));
      if (landing.isPresent()) {
        return landing.get();
      }
    }
    return refused();
  }

  /** Empty if the outcome is of no interest, because a later write has landed. */
  private Optional<WriteOutcome> replace(SentWrite mine, Version expected) {
    try {
      return Optional.of(protocol.replace(mine.write(), expected));
    } catch (RecordException e) {
      if (e.kind() != RecordException.Kind.UNSTABLE) {
        // No claim of this version, so it is not this one, and somebody's is there.
        lose();
        return Optional.of(new WriteOutcome.Superseded(Optional.empty()));
      }
      if (isOvertaken(mine)) {
        return Optional.empty();
      }
      throw new StoreException(
          StoreException.Kind.OUTCOME_UNKNOWN,
          "The outcome of writing " + mine.write().key() + " is unknown",
          e.why(),
          "Try again while the lease holds",
          e);
    } catch (StoreException e) {
      if (isOvertaken(mine)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private boolean isOvertaken(SentWrite mine) {
    state.lock();
    try {
      return mine.number() < landed;
    } finally {
      state.unlock();
    }
  }

  /** Empty when the write is to be sent again, over an earlier one of this claim. */
  private Optional<Landing> settle(SentWrite mine, Optional<WriteOutcome> outcome) {
    state.lock();
    try {
      if (outcome.isEmpty() || mine.number() < landed) {
        return Optional.of(Landing.OVERTAKEN);
      }
      if (outcome.get() instanceof WriteOutcome.Written written) {
        land(mine, written.version());
        trust(mine);
        return Optional.of(Landing.LATEST);
      }
      Optional<StoredRecord> now = ((WriteOutcome.Superseded) outcome.get()).now();
      Optional<SentWrite> own = now.flatMap(current -> current.record().writeId()).map(open::get);
      if (own.isEmpty()) {
        removed |= !lost && isTakenAway(now);
        return Optional.of(refused());
      }
      if (own.get().number() > mine.number()) {
        return Optional.of(Landing.OVERTAKEN);
      }
      if (own.get().number() > landed) {
        land(own.get(), now.get().version());
      }
      return Optional.empty();
    } finally {
      state.unlock();
    }
  }

  /** Whether nobody took the stage over: the claim is gone, or was released in this one's name. */
  private boolean isTakenAway(Optional<StoredRecord> now) {
    return now.isEmpty()
        || (now.get().record().state() == State.RELEASED
            && now.get().record().header(Header.OWNER).equals(Optional.of(record.owner())));
  }

  private void land(SentWrite write, Version at) {
    landed = write.number();
    version = at;
    record = write.record();
    open.values().removeIf(earlier -> earlier.number() < landed);
  }

  /** The lease counts from before the write was sent, and no longer than a later write asks for. */
  private void trust(SentWrite written) {
    if (written.record().state() != State.RUNNING) {
      ended = true;
      return;
    }
    if (validity.isOver(timing)) {
      lost = true; // the reply came too late; another worker may have taken over
      return;
    }
    LeaseWindow trusted = written.from();
    for (SentWrite other : open.values()) {
      trusted = other.number() > written.number() ? trusted.endingWith(other.from()) : trusted;
    }
    validity = trusted;
  }

  private Landing refused() {
    lost = true;
    return Landing.REFUSED;
  }
}
