package io.github.checkpointmanager;

import io.github.checkpointmanager.protocol.ClaimAttempt;
import io.github.checkpointmanager.protocol.ClaimProtocol;
import io.github.checkpointmanager.protocol.ClaimRecord;
import io.github.checkpointmanager.protocol.ClaimWatch;
import io.github.checkpointmanager.protocol.Heartbeats;
import io.github.checkpointmanager.protocol.HeldClaim;
import io.github.checkpointmanager.protocol.Reading;
import io.github.checkpointmanager.protocol.RecordException;
import io.github.checkpointmanager.protocol.Timing;
import io.github.checkpointmanager.store.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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
  private @Nullable Heartbeats heartbeats; // guarded by this

  ClaimAccess(
      ClaimProtocol protocol, CheckpointAccess access, Errors errors, Clock clock, Timing timing) {
    this.protocol = protocol;
    this.access = access;
    this.errors = errors;
    this.clock = clock;
    this.timing = timing;
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
    ClaimAttempt outcome;
    try {
      outcome = attempt.get();
    } catch (StoreException e) {
      throw errors.of(e, stage, "Claiming");
    } catch (RecordException e) {
      throw errors.of(e, stage, "Claiming");
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
              .orElse("its claim cannot be read, and is respected until it is an hour old"));
    }
    if (outcome instanceof ClaimAttempt.BackingOff resting) {
      return new ClaimResult.Busy(
          Optional.of(holder(resting.last(), clock.instant())),
          Optional.of(resting.remaining()),
          "it rests for "
              + Wording.seconds(resting.remaining())
              + " more after attempt "
              + resting.last().attempt()
              + resting.last().note().map(note -> " failed: " + note).orElse(" did not end"));
    }
    ClaimAttempt.Exhausted exhausted = (ClaimAttempt.Exhausted) outcome;
    throw errors.exhausted(stage, exhausted.failures(), exhausted.last());
  }

  /** It may have been completed between the caller's last look and the claim. */
  private ClaimResult checked(String stage, ClaimOptions options, HeldClaim held) {
    Claim claim = keep(held, options);
    if (options.rerun().isPresent()) {
      return new ClaimResult.Held(claim);
    }
    try {
      if (access.readHead(stage) instanceof Reading.Found found
          && !options.damaged().equals(Optional.of(found.stored().version()))) {
        claim.release();
        return new ClaimResult.Completed(new Checkpoint(stage, found.stored()));
      }
    } catch (CheckpointException e) {
      claim.release();
      throw e;
    }
    return new ClaimResult.Held(claim);
  }

  private Claim keep(HeldClaim held, ClaimOptions options) {
    Thread worker = Thread.currentThread();
    Runnable whenLost =
        () -> {
          options.onLost().ifPresent(Runnable::run);
          if (options.interrupt()) {
            worker.interrupt();
          }
        };
    boolean passive = !options.heartbeat() && options.onLost().isEmpty() && !options.interrupt();
    Heartbeats.Beat beat =
        passive ? Heartbeats.none() : beats().keep(held, options.heartbeat(), whenLost);
    return new Claim(
        held, beat, options, access, new Completion(held, errors, timing), errors, clock.instant());
  }

  private synchronized Heartbeats beats() {
    if (heartbeats == null) {
      heartbeats = new Heartbeats();
    }
    return heartbeats;
  }

  /** Ends another's claim by force; empty when none runs. */
  Optional<StageHolder> forceRelease(String stage, String reason) {
    try {
      return protocol.forceRelease(stage, reason).map(claim -> holder(claim, clock.instant()));
    } catch (StoreException e) {
      throw errors.of(e, stage, "Releasing the claim of");
    } catch (RecordException e) {
      throw errors.of(e, stage, "Releasing the claim of");
    }
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
    if (heartbeats != null) {
      heartbeats.close();
    }
  }
}
