package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.claim.ClaimAttempt;
import io.github.checkpointmanager.internal.claim.ClaimProtocol;
import io.github.checkpointmanager.internal.claim.ClaimRecord;
import io.github.checkpointmanager.internal.claim.ClaimWatch;
import io.github.checkpointmanager.internal.claim.Heartbeats;
import io.github.checkpointmanager.internal.claim.HeldClaim;
import io.github.checkpointmanager.internal.claim.ObservedClaim;
import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.Version;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes claims and keeps them alive, with the protocol's words turned into the API's. Thread-safe.
 */
final class ClaimAccess implements AutoCloseable {
  private final ClaimProtocol protocol;
  private final CheckpointAccess access;
  private final Errors errors;
  private final Clock clock;
  private final Timing timing;

  /** Of stages that were busy when they were claimed last; where the store's clock is not known. */
  private final Map<String, ClaimWatch> watches = new ConcurrentHashMap<>();

  private @Nullable Heartbeats heartbeats; // guarded by this
  private boolean closed; // guarded by this

  ClaimAccess(
      ClaimProtocol protocol, CheckpointAccess access, Errors errors, Clock clock, Timing timing) {
    this.protocol = protocol;
    this.access = access;
    this.errors = errors;
    this.clock = clock;
    this.timing = timing;
  }

  /**
   * Begins with a PUT, expecting that the stage is free. What was seen of its claim is remembered
   * until the next call.
   */
  ClaimResult claim(String stage, ClaimOptions options) {
    ClaimResult result;
    try {
      result = claim(stage, options, watches.computeIfAbsent(stage, s -> watch()));
    } catch (AttemptsExhaustedException e) {
      return completed(stage, options).orElseThrow(() -> e);
    }
    if (!(result instanceof ClaimResult.Busy)) {
      watches.remove(stage);
      return result;
    }
    return completed(stage, options).orElse(result);
  }

  /** A completed checkpoint beats whatever the claim says. */
  private Optional<ClaimResult> completed(String stage, ClaimOptions options) {
    return completed(stage, options, access.readHead(stage)).map(ClaimResult.Completed::new);
  }

  /** Begins with a PUT, expecting that the stage is free. */
  ClaimResult claim(String stage, ClaimOptions options, ClaimWatch watch) {
    return take(stage, options, () -> protocol.acquire(stage, options.terms(), watch));
  }

  /** Begins with a GET, expecting that the stage is taken. */
  ClaimResult poll(String stage, ClaimOptions options, ClaimWatch watch) {
    return take(stage, options, () -> protocol.poll(stage, options.terms(), watch));
  }

  ClaimWatch watch() {
    return new ClaimWatch(timing);
  }

  private ClaimResult take(String stage, ClaimOptions options, Supplier<ClaimAttempt> attempt) {
    requireOpen();
    options.rerun().ifPresent(seen -> requireOf(stage, seen));
    ClaimAttempt outcome;
    try {
      outcome = attempt.get();
    } catch (StoreException e) {
      throw errors.of(e, stage, "Claiming");
    } catch (RecordException e) {
      throw errors.of(e, stage, "Claiming");
    } catch (IllegalArgumentException e) {
      throw errors.refused(stage, "Claiming", e);
    }
    if (outcome instanceof ClaimAttempt.Held held) {
      return checked(stage, options, held.claim());
    }
    if (outcome instanceof ClaimAttempt.Busy busy) {
      Optional<StageHolder> by = busy.by().map(claim -> holder(claim, busy.renewedAt()));
      return new ClaimResult.Busy(
          by,
          busy.remaining(),
          by.map(Wording::holding)
              .orElse(
                  "its claim cannot be read, and is respected"
                      + busy.remaining()
                          .map(r -> " for " + Wording.seconds(r) + " more")
                          .orElse("")));
    }
    if (outcome instanceof ClaimAttempt.BackingOff resting) {
      return new ClaimResult.Busy(
          Optional.of(holder(resting.last(), resting.renewedAt())),
          Optional.of(resting.remaining()),
          "it rests for "
              + Wording.seconds(resting.remaining())
              + " more after attempt "
              + resting.last().attempt()
              + resting
                  .last()
                  .note()
                  .map(note -> " failed: " + LogSafe.of(note))
                  .orElse(" did not end"));
    }
    ClaimAttempt.Exhausted exhausted = (ClaimAttempt.Exhausted) outcome;
    throw errors.exhausted(stage, exhausted.failures(), exhausted.last());
  }

  /** It may have been completed between the caller's last look and the claim. */
  private ClaimResult checked(String stage, ClaimOptions options, HeldClaim held) {
    Claim claim = keep(held, options);
    try {
      Optional<Checkpoint> done = completed(stage, options, access.readHead(stage));
      if (done.isEmpty()) {
        return new ClaimResult.Held(claim);
      }
      claim.release();
      return new ClaimResult.Completed(done.get());
    } catch (RuntimeException | Error e) {
      claim.close();
      throw e;
    }
  }

  /**
   * The checkpoint for which there is nothing to do: any valid one, or, when one is to be run
   * again, any other than that.
   *
   * @throws CheckpointConflictException the one to be run again is gone
   */
  Optional<Checkpoint> completed(String stage, ClaimOptions options, Reading now) {
    Optional<Version> toReplace = options.rerun().map(Checkpoint::version).or(options::damaged);
    if (now instanceof Reading.Found found) {
      return toReplace.equals(Optional.of(found.stored().version()))
          ? Optional.empty()
          : Optional.of(new Checkpoint(stage, found.stored()));
    }
    if (options.rerun().isPresent()) {
      throw errors.conflict(stage, null);
    }
    return Optional.empty();
  }

  private void requireOf(String stage, Checkpoint seen) {
    if (!seen.stage().equals(stage)) {
      throw errors.invalid(
          stage,
          "The stage '" + LogSafe.of(stage) + "' cannot be run again",
          "the checkpoint to be replaced is of the stage '" + LogSafe.of(seen.stage()) + "'",
          "Give the checkpoint of this stage");
    }
  }

  private Claim keep(HeldClaim held, ClaimOptions options) {
    WorkerInterrupt interrupt = new WorkerInterrupt(Thread.currentThread());
    Runnable whenLost =
        () -> {
          if (options.interrupt()) {
            interrupt.send();
          }
          options.onLost().ifPresent(Runnable::run);
        };
    Heartbeats.Beat beat = beat(held, options, whenLost);
    return new Claim(
        held,
        () -> {
          interrupt.withdraw();
          beat.close();
        },
        options,
        access,
        new Completion(held, errors, timing),
        errors,
        clock.instant());
  }

  private Heartbeats.Beat beat(HeldClaim held, ClaimOptions options, Runnable whenLost) {
    if (!options.heartbeat() && options.onLost().isEmpty() && !options.interrupt()) {
      return Heartbeats.none();
    }
    try {
      return beats().keep(held, options.heartbeat(), whenLost);
    } catch (IllegalStateException | RejectedExecutionException e) {
      held.release(Optional.empty()); // closed meanwhile: nobody would renew it
      throw e;
    }
  }

  private synchronized Heartbeats beats() {
    requireOpen();
    if (heartbeats == null) {
      heartbeats = new Heartbeats();
    }
    return heartbeats;
  }

  private synchronized void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          "The manager of " + errors.location() + " is closed. Claim by one that is open.");
    }
  }

  /** Ends another's claim by force; empty when none runs. */
  Optional<StageHolder> forceRelease(String stage, String reason) {
    try {
      return protocol.forceRelease(stage, reason).map(ClaimAccess::holder);
    } catch (StoreException e) {
      throw errors.of(e, stage, "Releasing the claim of");
    } catch (RecordException e) {
      throw errors.of(e, stage, "Releasing the claim of");
    }
  }

  /** Whose claim cannot be read is unknown. */
  private static StageHolder holder(ObservedClaim sighting) {
    return sighting
        .claim()
        .map(claim -> holder(claim, sighting.renewedAt()))
        .orElseGet(
            () ->
                new StageHolder(
                    sighting.stage(),
                    "unknown",
                    "unknown",
                    "unknown",
                    0,
                    OptionalLong.empty(),
                    sighting.renewedAt(),
                    sighting.renewedAt(),
                    sighting.renewedAt().plus(ObservedClaim.LONGEST_LEASE),
                    0,
                    Optional.empty()));
  }

  static StageHolder holder(ClaimRecord claim, Instant renewedAt) {
    Duration lease = claim.lease();
    return new StageHolder(
        claim.stage(),
        claim.worker().user(),
        claim.worker().host(),
        claim.worker().process(),
        claim.attempt(),
        claim.token(),
        claim.started(),
        renewedAt,
        renewedAt.plus(lease),
        claim.failures(),
        claim.note());
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (heartbeats != null) {
      heartbeats.close();
    }
  }
}
