package io.github.checkpointmanager.internal.claim;

import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimAttempt;
import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimTerms;
import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimWatch;
import io.github.checkpointmanager.internal.claim.Leases.LeaseWindow;
import io.github.checkpointmanager.internal.process.Execution;
import io.github.checkpointmanager.internal.process.ExecutionCookie;
import io.github.checkpointmanager.internal.process.LocalProcesses;
import io.github.checkpointmanager.internal.process.ProcessIdentity;
import io.github.checkpointmanager.internal.process.Worker;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.internal.record.WriteId;
import io.github.checkpointmanager.internal.save.RecordWrite;
import io.github.checkpointmanager.internal.save.RecordWrite.WriteOutcome;
import io.github.checkpointmanager.internal.save.Resends;
import io.github.checkpointmanager.internal.save.SaveProtocol;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt to claim one stage, through all of its tries. For one thread. */
final class ClaimAcquisition {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimAcquisition.class);

  /** A create that took longer is renewed at once: then its token is in the record. */
  private static final Duration SLOW_CREATE = Duration.ofSeconds(1);

  /** How often a claim is taken again whose lease was over before it could be used. */
  private static final int MOST_BEGINNINGS = 2;

  /** What all acquisitions of a protocol share. */
  record Context(
      CheckpointStore store,
      RecordReader reader,
      SaveProtocol writes,
      Timing timing,
      Clock clock,
      Worker worker,
      LocalProcesses processes) {}

  private final Context context;
  private final SaveProtocol writes;
  private final Timing timing;
  private final String stage;
  private final String key;
  private final ClaimTerms terms;
  private final ClaimWatch watch;
  private final Resends pauses;

  /** All that this acquisition has sent: a reply may be lost, and its claim found later. */
  private final List<SentClaim> sent = new ArrayList<>();

  /** What was written, and perhaps could not be used. */
  private final List<HeldClaim> taken = new ArrayList<>();

  private int begunAgain;
  private @Nullable SentClaim contended;
  private @Nullable StoreException unknownOutcome;

  ClaimAcquisition(Context context, String stage, ClaimTerms terms, ClaimWatch watch) {
    this.context = context;
    this.writes = context.writes();
    this.timing = context.timing();
    this.stage = stage;
    this.key = StageName.claimKey(stage);
    this.terms = terms;
    this.watch = watch;
    this.pauses = new Resends(context.store(), timing, key);
  }

  /** What one step comes to. */
  private sealed interface Step {
    record End(ClaimAttempt attempt) implements Step {}

    record Again(Reading reading) implements Step {}
  }

  /** A claim that was sent, or will be, with the lease counted from before the first time. */
  private record SentClaim(ClaimRecord record, RecordWrite write, LeaseWindow validity) {}

  ClaimAttempt run(Reading first) {
    Reading reading = first;
    try {
      while (true) {
        Step step = step(reading);
        if (step instanceof Step.End end) {
          return end.attempt();
        }
        Reading now = ((Step.Again) step).reading();
        if (now instanceof Reading.Absent || !(reading instanceof Reading.Absent)) {
          pauses.pause();
        }
        reading = now;
      }
    } catch (StoreException e) {
      releaseWhatWasTaken();
      throw SaveProtocol.unlessUnknown(unknownOutcome, e);
    }
  }

  private Step step(Reading reading) {
    if (reading instanceof Reading.Absent) {
      return create();
    }
    if (reading instanceof Reading.Found found) {
      Optional<SentClaim> mine = sent.stream().filter(claim -> wrote(claim, found)).findFirst();
      if (mine.isPresent() && !mine.get().validity().isOver(timing)) {
        return resumed(mine.get(), found.stored());
      }
      if (isOwn(found)) {
        return begunAgain(found);
      }
    }
    return decide(reading);
  }

  /** Its lease ran out before it could be used: nothing ran under it, so it is no attempt. */
  private Step begunAgain(Reading.Found found) {
    if (++begunAgain > MOST_BEGINNINGS) {
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE,
          "Claiming " + key + " in " + context.store().location() + " failed",
          "the store answered each time only when the lease of "
              + terms.lease().toSeconds()
              + " s was over",
          "Nothing ran. Ask for a longer lease, or try again when the store is faster");
    }
    ClaimRecord mine = ClaimRecord.of(found.stored()).orElseThrow();
    long token = tokenAfter(mine, found.object());
    return takeOver(
        mine.attempt(), mine.failures(), mine.maxAttempts(), token, found.object().version());
  }

  /** A claim that is given up keeps nobody from the stage, and counts as no failure. */
  private void releaseWhatWasTaken() {
    try {
      if ((!taken.isEmpty() || unknownOutcome != null)
          && context.reader().readHead(key) instanceof Reading.Found found
          && isOwn(found)) {
        ClaimRecord mine = ClaimRecord.of(found.stored()).orElseThrow();
        RecordWrite release =
            mine.withToken(ClaimRecord.effectiveToken(mine, found.object()))
                .ended(State.RELEASED, mine.failures(), Optional.of("nothing ran under it"))
                .write(context.clock().instant());
        WriteOutcome unused = writes.replace(release, found.object().version());
      }
    } catch (StoreException | RecordException e) {
      LOG.debug("A claim that was given up ends with its lease: {}", LogSafe.of(stage), e);
    }
  }

  /** Whether the current record was written by this acquisition: as it was sent, or renewed. */
  private boolean isOwn(Reading.Found found) {
    return sent.stream().anyMatch(claim -> wrote(claim, found))
        || taken.stream().anyMatch(claim -> wrote(claim, found));
  }

  private static boolean wrote(SentClaim mine, Reading.Found found) {
    return wrote(mine.write(), found);
  }

  private static boolean wrote(HeldClaim mine, Reading.Found found) {
    return mine.sent(found.stored().record()).filter(write -> wrote(write, found)).isPresent();
  }

  /** Clones of one memory image draw the same ids, and then write other bytes. */
  private static boolean wrote(RecordWrite write, Reading.Found found) {
    if (!write.hasSameId(found.stored().record())) {
      return false;
    }
    write.requireExactly(found.object());
    return true;
  }

  private SentClaim send(long attempt, OptionalLong token, long failures, long limit) {
    Instant now = context.clock().instant();
    ClaimRecord record =
        new ClaimRecord(
            State.RUNNING,
            stage,
            context.worker(),
            WriteId.draw(),
            attempt,
            token,
            terms.lease(),
            failures,
            now,
            Optional.empty(),
            Optional.of(new Execution(ExecutionCookie.draw(), context.processes().self())),
            limit,
            ClaimRecord.Completion.NONE);
    SentClaim mine =
        new SentClaim(record, record.write(now), LeaseWindow.from(timing, terms.lease()));
    sent.add(mine);
    return mine;
  }

  /** Whether the current record is this very claim, sent before, and still usable. */
  private boolean isCurrent(SentClaim mine, Reading reading) {
    return reading instanceof Reading.Found found
        && wrote(mine, found)
        && !mine.validity().isOver(timing);
  }

  private Step create() {
    SentClaim mine =
        contended == null ? send(1, OptionalLong.empty(), 0, terms.maxAttempts()) : contended;
    contended = null;
    @Nullable StoreException unknown = null;
    @Nullable WriteResult result = null;
    try {
      result = context.store().create(key, mine.write().bytes());
    } catch (StoreException e) {
      unknown = SaveProtocol.onlyUnknown(e);
      unknownOutcome = unknown;
    }
    if (result != null && result.outcome() == WriteResult.Outcome.CONTENDED) {
      contended = mine; // the same bytes are sent again
      return new Step.Again(new Reading.Absent());
    }
    if (result != null
        && result.outcome() == WriteResult.Outcome.WRITTEN
        && result.storeTime().isPresent()) {
      return created(mine, result.version().orElseThrow(), result.storeTime().get());
    }
    Reading now = readBack(mine, unknown);
    if (now instanceof Reading.Absent) {
      if (unknown != null) {
        throw unknown; // it may still land
      }
      pauses.countAbsence();
    }
    return new Step.Again(now);
  }

  /** A body that was cut off may be this very claim. */
  private Reading readBack(SentClaim mine, @Nullable StoreException unknown) {
    Reading now = writes.readBack(mine.write(), unknown);
    return now instanceof Reading.Damaged ? writes.readBack(mine.write(), unknown) : now;
  }

  private Step resumed(SentClaim mine, StoredRecord stored) {
    return mine.record().token().isPresent()
        ? taken(mine, stored.version(), mine.record().token().getAsLong())
        : created(mine, stored.version(), stored.lastModified());
  }

  /**
   * The claim was written without a token; its token is the store's time of the write. If the write
   * took long, the time is read again: a store may date a write from before it took effect, and
   * other claims may have come and gone in between.
   */
  private Step created(SentClaim mine, Version version, Instant storeTime) {
    if (!tookLongerThan(SLOW_CREATE, mine)) {
      return held(claim(mine, version, storeTime.toEpochMilli()));
    }
    try {
      Reading now = readBack(mine, null);
      if (!isCurrent(mine, now)) {
        return new Step.Again(now);
      }
      StoredObject stored = ((Reading.Found) now).object();
      Instant later = stored.storeTime().orElse(stored.lastModified());
      Instant token = later.isAfter(storeTime) ? later : storeTime;
      return renewed(claim(mine, stored.version(), token.toEpochMilli()));
    } catch (StoreException e) {
      throw unconfirmed(e);
    }
  }

  private Step decide(Reading reading) {
    if (reading instanceof Reading.Found found) {
      Optional<ClaimRecord> claim = ClaimRecord.of(found.stored());
      if (claim.isPresent()) {
        requireSameStage(stage, claim.get());
        return decide(claim.get(), found.object());
      }
    }
    return decideUnreadable(reading, reading.storedObject().orElseThrow());
  }

  /** A copied file, or a file system that ignores case. */
  static void requireSameStage(String stage, ClaimRecord claim) {
    if (!claim.stage().equals(stage)) {
      throw new RecordException(
          RecordException.Kind.OTHER_STAGE,
          "the claim in its place says that it is of the stage " + LogSafe.quoted(claim.stage()));
    }
  }

  private Step decide(ClaimRecord claim, StoredObject stored) {
    boolean running = claim.state() == State.RUNNING && !isFinished(claim);
    Duration quiet = quietFor(stored.age(), stored.version());
    if (running) {
      Duration left = Leases.takeoverAge(claim.lease()).minus(quiet);
      boolean expired = left.isNegative();
      if (!expired && !isProved(claim, context.processes()::hasEnded)) {
        return busy(Optional.of(claim), stored, left, false);
      }
      if (isCompleted()) {
        return new Step.End(new ClaimAttempt.Completed());
      }
      if (!isProved(claim, context.processes()::isDead) && !expired) {
        return busy(Optional.of(claim), stored, left, false);
      }
    }
    boolean before = isBeforeCompletion(claim, stored);
    long failures = before ? 0 : claim.failures() + (running ? 1 : 0);
    long limit = terms.limitOver(claim, failures);
    if (limit > 0 && failures >= limit) {
      return new Step.End(new ClaimAttempt.Exhausted(claim, failures, limit));
    }
    if (!before && (running || claim.state() == State.FAILED)) {
      Duration pause = backoff(failures, stored).minus(quiet);
      if (!pause.isNegative() && !pause.isZero()) {
        return busy(Optional.of(claim), stored, pause, true);
      }
    }
    return takeOver(
        claim.attempt() + 1, failures, limit, tokenAfter(claim, stored), stored.version());
  }

  /**
   * How long the stage is left alone after a failure. Without the store's clock, how much of it is
   * over is not known, and who has watched the claim for as long as one at work has left enough.
   */
  private Duration backoff(long failures, StoredObject stored) {
    Duration backoff = terms.backoff(failures);
    Duration longest = Leases.takeoverAge(terms.lease());
    return stored.age().isEmpty() && backoff.compareTo(longest) > 0 ? longest : backoff;
  }

  /**
   * Whether all that the claim counts lies before the stage's last completion: it completed the
   * stage itself, or it was not written since, or its work was done when another worker's
   * checkpoint came first.
   */
  private boolean isBeforeCompletion(ClaimRecord claim, StoredObject stored) {
    if (isFinished(claim)) {
      return true;
    }
    boolean countsNothing = claim.failures() == 0 && claim.state() != State.RUNNING;
    if (terms.rerun().isEmpty() || countsNothing) {
      return false;
    }
    return claim.completing()
        || context
            .reader()
            .readHead(StageName.checkpointKey(stage))
            .storedObject()
            .filter(checkpoint -> checkpoint.version().equals(terms.rerun().get()))
            .filter(checkpoint -> !stored.lastModified().isAfter(checkpoint.lastModified()))
            .isPresent();
  }

  private static long tokenAfter(ClaimRecord claim, StoredObject stored) {
    return Math.max(
        ClaimRecord.effectiveToken(claim, stored) + 1,
        stored.storeTime().orElse(stored.lastModified()).toEpochMilli());
  }

  /**
   * Whether it is proved of a claim's holder, as a process of this machine. That it is dead is
   * asked of an expired claim too: what is left of its execution is stopped.
   */
  private static boolean isProved(
      ClaimRecord claim, BiPredicate<ProcessIdentity, ExecutionCookie> proof) {
    return claim
        .execution()
        .filter(e -> e.process().filter(p -> proof.test(p, e.cookie())).isPresent())
        .isPresent();
  }

  /**
   * Whether the stage is completed: its worker may have saved the checkpoint and ended since the
   * taker looked for one. Then nothing of it has failed, and what it left may go on. Read after the
   * end of the worker is known, and before anything is stopped.
   */
  private boolean isCompleted() {
    return context.reader().readHead(StageName.checkpointKey(stage)) instanceof Reading.Found found
        && found.whyNotCheckpointOf(stage).isEmpty()
        && !terms.replaced().equals(Optional.of(found.stored().version()));
  }

  private Step busy(
      Optional<ClaimRecord> by, StoredObject stored, Duration remaining, boolean backingOff) {
    watch.decided(stored.age().isEmpty());
    var claim = new ObservedClaim(stage, by, stored.lastModified(), stored.age());
    return new Step.End(new ClaimAttempt.Busy(claim, remaining, backingOff));
  }

  /** The claim that completed the stage has ended, however young it is. */
  private boolean isFinished(ClaimRecord claim) {
    return terms.finished().isPresent()
        && claim.token().isPresent()
        && claim.token().getAsLong() == terms.finished().getAsLong();
  }

  /** What cannot be read tells neither lease nor token: it expires after the longest lease. */
  private Step decideUnreadable(Reading reading, StoredObject object) {
    Duration quiet = quietFor(object.age(), object.version());
    Duration takeoverAge = Leases.takeoverAge(terms.unreadableLease());
    if (quiet.compareTo(takeoverAge) <= 0) {
      return busy(Optional.empty(), object, takeoverAge.minus(quiet), false);
    }
    if (reading instanceof Reading.Damaged) {
      Reading second = context.reader().readHead(key);
      if (!Reading.isSameDamage(reading, second)) {
        return new Step.Again(second); // a live claim, perhaps, that was cut on its way
      }
    }
    long token = ClaimRecord.unreadable(stage, object).token().orElseThrow();
    return takeOver(1, 0, terms.maxAttempts(), token + 1, object.version());
  }

  private Step takeOver(long attempt, long failures, long limit, long token, Version expected) {
    SentClaim mine = send(attempt, OptionalLong.of(token), failures, limit);
    return replace(mine, expected) instanceof WriteOutcome.Written written
        ? taken(mine, written.version(), token)
        : new Step.Again(context.reader().readHead(key));
  }

  private Step taken(SentClaim mine, Version version, long token) {
    HeldClaim claim = claim(mine, version, token);
    if (!tookLongerThan(terms.lease().dividedBy(3), mine)) {
      return held(claim);
    }
    try {
      return renewed(claim);
    } catch (StoreException e) {
      throw unconfirmed(e);
    }
  }

  private WriteOutcome replace(SentClaim mine, Version expected) {
    try {
      return writes.replace(mine.write(), expected);
    } catch (RecordException e) {
      if (e.kind() == RecordException.Kind.UNREADABLE) {
        return new WriteOutcome.Superseded(Optional.empty()); // a newer version's worker was sooner
      }
      throw e;
    }
  }

  private HeldClaim claim(SentClaim mine, Version version, long token) {
    HeldClaim claim =
        new HeldClaim(
            writes,
            timing,
            context.clock(),
            context.processes(),
            mine.record(),
            version,
            token,
            mine.validity());
    taken.add(claim);
    return claim;
  }

  private static Step held(HeldClaim claim) {
    return new Step.End(new ClaimAttempt.Held(claim));
  }

  /** An expired claim is never given out. */
  private Step renewed(HeldClaim claim) {
    return claim.renew() ? held(claim) : new Step.Again(context.reader().readHead(key));
  }

  private boolean tookLongerThan(Duration limit, SentClaim mine) {
    LeaseWindow validity = mine.validity();
    Duration taken = validity.lease().minus(validity.remaining(timing));
    return taken.compareTo(limit) > 0 || validity.isSuspect(timing);
  }

  /** The claim was written, whatever failed after it. */
  private StoreException unconfirmed(StoreException e) {
    return new StoreException(
        StoreException.Kind.OUTCOME_UNKNOWN,
        "The claim " + key + " was written to " + context.store().location() + " and not confirmed",
        e.why(),
        "Claim again later; what was written blocks the stage no longer than its lease and margin",
        e.requestId().orElse(null),
        e);
  }

  /** How long it was not written, by the store's clock; else how long it was watched unchanged. */
  private Duration quietFor(Optional<Duration> age, Version version) {
    Duration watched = watch.unchangedFor(version);
    return age.orElse(watched);
  }
}
