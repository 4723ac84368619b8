package io.github.checkpointmanager.protocol;

import io.github.checkpointmanager.record.StageName;
import io.github.checkpointmanager.record.State;
import io.github.checkpointmanager.record.WriteId;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Takes claims: leases with fencing tokens, by compare-and-set alone, with ages by the store's
 * clock alone. The idea of the lease is C. Gray and D. Cheriton's ("Leases: an efficient
 * fault-tolerant mechanism", SOSP 1989); fencing tokens are M. Kleppmann's ("How to do distributed
 * locking", 2016). Thread-safe.
 */
public final class ClaimProtocol {
  /** A create that took longer renews at once, so that its token stands in the record. */
  private static final Duration SLOW_CREATE = Duration.ofSeconds(1);

  private final CheckpointStore store;
  private final RecordReader reader;
  private final SaveProtocol writes;
  private final Timing timing;
  private final Clock clock;
  private final ClaimRecord.Worker worker;

  /**
   * @param clock of the timestamps in records; no decision rests on it
   */
  public ClaimProtocol(
      CheckpointStore store, Timing timing, Clock clock, ClaimRecord.Worker worker) {
    this.store = store;
    this.reader = new RecordReader(store);
    this.writes = new SaveProtocol(store, timing);
    this.timing = timing;
    this.clock = clock;
    this.worker = worker;
  }

  /**
   * Claims a stage, expecting that nobody has. 1 PUT; over a claim that is over or ended, 2 PUT and
   * 1 GET.
   *
   * @throws StoreException the store failed; {@code OUTCOME_UNKNOWN}: the claim may stand, and then
   *     blocks the stage for one lease and its margin
   */
  public ClaimAttempt acquire(String stage, ClaimTerms terms, ClaimWatch watch) {
    return new Acquisition(stage, terms, watch).run(new Reading.Absent());
  }

  /**
   * Claims a stage, expecting that somebody has: reads first. 1 GET; 1 PUT more when the stage is
   * free.
   */
  public ClaimAttempt poll(String stage, ClaimTerms terms, ClaimWatch watch) {
    return new Acquisition(stage, terms, watch).run(reader.readHead(StageName.claimKey(stage)));
  }

  /**
   * Ends another's claim by force. Its holder finds out at its next renewal. 1 GET and 1 PUT.
   *
   * @return the claim that was ended; empty when there is none that runs
   */
  public Optional<ClaimRecord> forceRelease(String stage, String reason) {
    Pauses pauses = new Pauses(timing);
    while (true) {
      Reading reading = reader.readHead(StageName.claimKey(stage));
      if (!(reading instanceof Reading.Found found)) {
        return Optional.empty();
      }
      StoredRecord stored = found.stored();
      Optional<ClaimRecord> claim = ClaimRecord.of(stored).filter(c -> c.state() == State.RUNNING);
      if (claim.isEmpty()) {
        return Optional.empty();
      }
      ClaimRecord released =
          claim
              .get()
              .withToken(ClaimRecord.effectiveToken(claim.get(), stored))
              .ended(State.RELEASED, claim.get().failures(), Optional.of(reason));
      WriteOutcome outcome = writes.replace(released.write(clock.instant()), stored.version());
      if (outcome instanceof WriteOutcome.Written) {
        return claim;
      }
      writes.waitBeforeResending(StageName.claimKey(stage), pauses); // it was renewed meanwhile
    }
  }

  /** One attempt, through all of its tries. */
  private final class Acquisition {
    private final String stage;
    private final String key;
    private final ClaimTerms terms;
    private final ClaimWatch watch;
    private final Pauses pauses = new Pauses(timing);

    Acquisition(String stage, ClaimTerms terms, ClaimWatch watch) {
      this.stage = stage;
      this.key = StageName.claimKey(stage);
      this.terms = terms;
      this.watch = watch;
    }

    ClaimAttempt run(Reading first) {
      Reading reading = first;
      while (true) {
        Step step = reading instanceof Reading.Absent ? create() : decide(reading);
        if (step instanceof Step.End end) {
          return end.attempt();
        }
        Reading now = ((Step.Again) step).reading();
        if (now instanceof Reading.Absent || !(reading instanceof Reading.Absent)) {
          writes.waitBeforeResending(key, pauses);
        }
        reading = now;
      }
    }

    private Step create() {
      ClaimRecord record = newClaim(1, OptionalLong.empty(), 0);
      RecordWrite write = record.write(clock.instant());
      Validity validity = Validity.from(timing, terms.lease());
      @Nullable StoreException unknown = null;
      try {
        WriteResult result = store.create(key, write.bytes());
        if (result.outcome() == WriteResult.Outcome.WRITTEN && result.storeTime().isPresent()) {
          return created(
              record, result.version().orElseThrow(), result.storeTime().get(), validity);
        }
        if (result.outcome() == WriteResult.Outcome.CONTENDED) {
          return new Step.Again(new Reading.Absent());
        }
      } catch (StoreException e) {
        unknown = SaveProtocol.onlyUnknown(e);
      }
      Reading now = writes.readBack(write, unknown, false);
      if (now instanceof Reading.Found found && write.hasSameId(found.stored().record())) {
        return created(record, found.stored().version(), found.stored().lastModified(), validity);
      }
      if (now instanceof Reading.Absent && unknown != null) {
        throw unknown; // it may still land
      }
      return new Step.Again(now);
    }

    private Step created(
        ClaimRecord record, Version version, Instant storeTime, Validity validity) {
      HeldClaim claim =
          new HeldClaim(writes, timing, clock, record, version, storeTime.toEpochMilli(), validity);
      boolean slow = validity.lease().minus(validity.remaining(timing)).compareTo(SLOW_CREATE) > 0;
      if (slow && !claim.renew()) {
        return new Step.Again(reader.readHead(key));
      }
      return new Step.End(new ClaimAttempt.Held(claim));
    }

    private Step decide(Reading reading) {
      if (reading instanceof Reading.Found found) {
        Optional<ClaimRecord> claim = ClaimRecord.of(found.stored());
        if (claim.isPresent()) {
          return decide(claim.get(), found.stored());
        }
        return decideUnreadable(found.object());
      }
      return decideUnreadable(
          reading instanceof Reading.Damaged damaged
              ? damaged.object()
              : ((Reading.Unreadable) reading).object());
    }

    private Step decide(ClaimRecord claim, StoredRecord stored) {
      boolean running = claim.state() == State.RUNNING && !isFinished(claim);
      if (running) {
        Duration quiet = quietFor(stored.age(), stored.version());
        Duration takeoverAge = Leases.takeoverAge(claim.lease());
        if (quiet.compareTo(takeoverAge) <= 0) {
          return new Step.End(
              new ClaimAttempt.Busy(
                  Optional.of(claim),
                  stored.lastModified(),
                  Optional.of(takeoverAge.minus(quiet))));
        }
      }
      long failures = claim.failures() + (running ? 1 : 0);
      if (terms.maxAttempts() > 0 && failures >= terms.maxAttempts()) {
        return new Step.End(new ClaimAttempt.Exhausted(claim, failures));
      }
      if (running || claim.state() == State.FAILED) {
        Duration rest = terms.backoff(failures).minus(quietFor(stored.age(), stored.version()));
        if (!rest.isNegative() && !rest.isZero()) {
          return new Step.End(new ClaimAttempt.BackingOff(claim, rest));
        }
      }
      long token =
          Math.max(
              ClaimRecord.effectiveToken(claim, stored) + 1,
              stored.storeTime().orElse(stored.lastModified()).toEpochMilli());
      return takeOver(
          newClaim(claim.attempt() + 1, OptionalLong.of(token), failures), token, stored.version());
    }

    /** The claim that completed the stage is over, however young it is. */
    private boolean isFinished(ClaimRecord claim) {
      return terms.finished().isPresent()
          && claim.token().isPresent()
          && claim.token().getAsLong() <= terms.finished().getAsLong();
    }

    /**
     * What cannot be read tells neither lease nor token: it counts as expired after the longest
     * lease.
     */
    private Step decideUnreadable(StoredObject object) {
      Duration quiet = quietFor(object.age(), object.version());
      Duration takeoverAge = Leases.takeoverAge(terms.longestLease());
      if (quiet.compareTo(takeoverAge) <= 0) {
        return new Step.End(
            new ClaimAttempt.Busy(
                Optional.empty(), object.lastModified(), Optional.of(takeoverAge.minus(quiet))));
      }
      long token =
          object.storeTime().orElse(object.lastModified().plus(takeoverAge)).toEpochMilli();
      return takeOver(newClaim(1, OptionalLong.of(token), 0), token, object.version());
    }

    private Step takeOver(ClaimRecord record, long token, Version expected) {
      Validity validity = Validity.from(timing, terms.lease());
      WriteOutcome outcome = writes.replace(record.write(clock.instant()), expected);
      if (outcome instanceof WriteOutcome.Written written) {
        return new Step.End(
            new ClaimAttempt.Held(
                new HeldClaim(writes, timing, clock, record, written.version(), token, validity)));
      }
      return new Step.Again(reader.readHead(key));
    }

    /**
     * How long the claim has not been written: by the store's clock, or else as long as this taker
     * has watched it.
     */
    private Duration quietFor(Optional<Duration> age, Version version) {
      Duration watched = watch.unchangedFor(version);
      return age.orElse(watched);
    }

    private ClaimRecord newClaim(long attempt, OptionalLong token, long failures) {
      return new ClaimRecord(
          State.RUNNING,
          stage,
          worker,
          WriteId.draw(),
          attempt,
          token,
          terms.lease(),
          failures,
          clock.instant(),
          Optional.empty());
    }
  }

  /** What one step of an acquisition comes to. */
  private sealed interface Step {
    record End(ClaimAttempt attempt) implements Step {}

    record Again(Reading reading) implements Step {}
  }
}
