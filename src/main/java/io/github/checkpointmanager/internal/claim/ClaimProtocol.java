package io.github.checkpointmanager.internal.claim;

import io.github.checkpointmanager.internal.process.LocalProcesses;
import io.github.checkpointmanager.internal.process.Worker;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.internal.save.RecordWrite;
import io.github.checkpointmanager.internal.save.RecordWrite.WriteOutcome;
import io.github.checkpointmanager.internal.save.Resends;
import io.github.checkpointmanager.internal.save.SaveProtocol;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Takes claims: leases with fencing tokens, by compare-and-set alone, with ages by the store's
 * clock alone. The idea of the lease is C. Gray and D. Cheriton's ("Leases: an efficient
 * fault-tolerant mechanism", SOSP 1989); fencing tokens are M. Kleppmann's ("How to do distributed
 * locking", 2016). The decision table is specified in {@code docs/ARCHITECTURE.md}. Thread-safe.
 */
public final class ClaimProtocol {
  private final ClaimAcquisition.Context context;

  /** The clock is for the timestamps in records; no decision rests on it. */
  public ClaimProtocol(
      CheckpointStore store, Timing timing, Clock clock, Worker worker, LocalProcesses processes) {
    this.context =
        new ClaimAcquisition.Context(
            store,
            new RecordReader(store),
            new SaveProtocol(store, timing),
            timing,
            clock,
            worker,
            processes);
  }

  /**
   * Claims a stage, expecting that it is free. 1 PUT; over an expired or ended claim, 2 PUT and 1
   * GET. More only after faults, and when a PUT took so long that it is renewed at once.
   *
   * @throws StoreException the store failed; {@code OUTCOME_UNKNOWN}: the claim may have been
   *     written, and then blocks the stage for one lease and its margin
   * @throws RecordException another stage's claim is under this one's key
   */
  public ClaimAttempt acquire(String stage, ClaimTerms terms, ClaimWatch watch) {
    context.store().prepare();
    return new ClaimAcquisition(context, stage, terms, watch).run(new Reading.Absent());
  }

  /**
   * Claims a stage, expecting that it is held: reads first. 1 GET; 1 PUT more when the stage is
   * free. As {@link #acquire}.
   */
  public ClaimAttempt poll(String stage, ClaimTerms terms, ClaimWatch watch) {
    context.store().prepare();
    return new ClaimAcquisition(context, stage, terms, watch)
        .run(context.reader().readHead(StageName.claimKey(stage)));
  }

  /**
   * Ends another's claim by force, also one that cannot be read. Its holder finds out at its next
   * renewal. 1 GET and 1 PUT.
   *
   * @return the claim that was ended; empty when there is none that runs
   */
  public Optional<ObservedClaim> forceRelease(String stage, String reason) {
    String key = StageName.claimKey(stage);
    RecordReader reader = context.reader();
    Resends pauses = new Resends(context.store(), context.timing(), key);
    Reading reading = reader.readHead(key);
    while (true) {
      Optional<ObservedClaim> seen =
          ObservedClaim.of(stage, reading).filter(ObservedClaim::isRunning);
      if (seen.isEmpty()) {
        return Optional.empty();
      }
      if (reading instanceof Reading.Damaged) {
        Reading again = reader.readHead(key);
        if (!Reading.isSameDamage(reading, again)) {
          pauses.pause();
          reading = again;
          continue;
        }
      }
      StoredObject object = reading.storedObject().orElseThrow();
      ClaimRecord last = withToken(stage, seen.get().claim(), object);
      RecordWrite write =
          last.ended(State.RELEASED, failuresAfterForce(last), Optional.of(reason))
              .write(context.clock().instant());
      if (context.writes().replace(write, object.version()) instanceof WriteOutcome.Written) {
        return seen;
      }
      pauses.pause(); // it was renewed meanwhile
      reading = reader.readHead(key);
    }
  }

  /**
   * The last attempt that a limit allows is used up by its beginning: who ends its claim by force
   * does not know how far it came, and nobody may begin again before a clear or an override.
   */
  private static long failuresAfterForce(ClaimRecord running) {
    long counted = running.failures() + 1;
    boolean last = running.maxAttempts() > 0 && counted >= running.maxAttempts();
    return last ? counted : running.failures();
  }

  /** What a claim says, or its substitute, with a token that no holder of it exceeded. */
  private static ClaimRecord withToken(
      String stage, Optional<ClaimRecord> claim, StoredObject stored) {
    if (claim.isEmpty()) {
      return ClaimRecord.unreadable(stage, stored);
    }
    ClaimAcquisition.requireSameStage(stage, claim.get());
    return claim.get().withToken(ClaimRecord.effectiveToken(claim.get(), stored));
  }

  /**
   * How long one taker has seen one version of a claim unchanged, by its monotonic clock: the
   * measure where the store's clock cannot be trusted. For one stage. Thread-safe.
   */
  public static final class ClaimWatch {
    private final Timing timing;
    private @Nullable Version version;
    private long since;
    private boolean renewed;
    private boolean needed;

    public ClaimWatch(Timing timing) {
      this.timing = timing;
    }

    /**
     * Whether only further watching can tell whether the claim that was seen last has expired: the
     * store's time is not known, and it has not been renewed since it was seen first.
     */
    public synchronized boolean isNeeded() {
      return needed;
    }

    synchronized void decided(boolean byWatching) {
      needed = byWatching && !renewed;
    }

    /** Notes a sighting. */
    synchronized Duration unchangedFor(Version seen) {
      long now = timing.nanoTime();
      if (!seen.equals(version)) {
        renewed = version != null;
        version = seen;
        since = now;
      }
      return Duration.ofNanos(now - since);
    }
  }

  /** How an attempt to claim a stage ended. */
  public sealed interface ClaimAttempt {
    /** The claim is the caller's. */
    record Held(HeldClaim claim) implements ClaimAttempt {}

    /** Another's claim is live, or the stage backs off after a failure, for so long still. */
    record Busy(ObservedClaim claim, Duration remaining, boolean backingOff)
        implements ClaimAttempt {}

    /**
     * The stage has a checkpoint that counts, and the worker of its claim has ended, or its lease
     * has: whether it completed the stage and ended, or died beside another's checkpoint, is of no
     * interest. Nothing was written or stopped.
     */
    record Completed() implements ClaimAttempt {}

    /** The stage has failed as often as the limit allows, the last time in this attempt. */
    record Exhausted(ClaimRecord last, long failures, long limit) implements ClaimAttempt {}
  }

  /**
   * What a taker asks for. Immutable.
   *
   * @param lease how long the claim holds after each write
   * @param maxAttempts failures after which no worker tries again; 0 for no limit. The smaller of
   *     this and of what the claim records binds, unless that is overridden
   * @param overriding whether the recorded limit does not bind
   * @param firstBackoff the pause after the first failure, doubled for each further one
   * @param longestBackoff the longest such pause
   * @param finished the token of the claim that completed the stage, when it is run again on
   *     purpose: that claim counts as ended whatever its age
   * @param rerun the checkpoint to be replaced, in that case: a claim that was not written since it
   *     was saved counts no failure
   * @param replaced the checkpoint that does not complete the stage for this taker: that one, or a
   *     damaged one
   */
  public record ClaimTerms(
      Duration lease,
      long maxAttempts,
      boolean overriding,
      Duration firstBackoff,
      Duration longestBackoff,
      OptionalLong finished,
      Optional<Version> rerun,
      Optional<Version> replaced) {
    /** For a stage that is not completed. */
    static ClaimTerms of(
        Duration lease, long maxAttempts, Duration firstBackoff, Duration longestBackoff) {
      return new ClaimTerms(
          lease,
          maxAttempts,
          false,
          firstBackoff,
          longestBackoff,
          OptionalLong.empty(),
          Optional.empty(),
          Optional.empty());
    }

    /**
     * The limit that binds this taker over a claim, and that its own claim records. One that
     * overrides the recorded limit may begin once more, whatever its own is.
     */
    long limitOver(ClaimRecord claim, long failures) {
      if (overriding) {
        return maxAttempts == 0 ? 0 : Math.max(maxAttempts, failures + 1);
      }
      long recorded = claim.maxAttempts();
      return recorded == 0 || (maxAttempts > 0 && maxAttempts < recorded) ? maxAttempts : recorded;
    }

    /** What a claim that cannot be read counts as. */
    Duration unreadableLease() {
      return lease.compareTo(Leases.UNREADABLE) > 0 ? lease : Leases.UNREADABLE;
    }

    /** The back-off of a stage after its {@code failures}-th failure. */
    Duration backoff(long failures) {
      if (failures == 0 || firstBackoff.isZero()) {
        return Duration.ZERO;
      }
      long doublings = Math.min(failures - 1, 40);
      Duration pause = firstBackoff;
      for (long i = 0; i < doublings && pause.compareTo(longestBackoff) < 0; i++) {
        pause = pause.multipliedBy(2);
      }
      return pause.compareTo(longestBackoff) < 0 ? pause : longestBackoff;
    }
  }
}
