package io.github.checkpointmanager.internal.manager;

import static io.github.checkpointmanager.internal.process.Interrupts.inSpiteOfAnInterrupt;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.OutcomeUnknownException;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.StoreUnavailableException;
import io.github.checkpointmanager.internal.claim.Heartbeats;
import io.github.checkpointmanager.internal.claim.HeldClaim;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.internal.time.Backoff;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A held claim with its heartbeat, and how its stage is completed: tried again as long as the claim
 * holds, and no longer. Thread-safe.
 *
 * @param beat closed when the claim ends
 * @param startedAt when the task began, by the manager's clock
 */
record ManagedClaim(
    HeldClaim held,
    Heartbeats.Registration beat,
    ClaimOptions options,
    CheckpointOperations checkpoints,
    Wiring wiring,
    Instant startedAt)
    implements Claim {
  private static final Logger LOG = LoggerFactory.getLogger(Claim.class);

  @Override
  public String stage() {
    return held.stage();
  }

  @Override
  public long attempt() {
    return held.attempt();
  }

  @Override
  public long fencingToken() {
    return held.fencingToken();
  }

  @Override
  public String executionId() {
    return held.cookie().value();
  }

  @Override
  public long maxAttempts() {
    return held.maxAttempts();
  }

  @Override
  public boolean isValid() {
    return held.isValid();
  }

  @Override
  public Duration remaining() {
    return held.remaining();
  }

  @Override
  public void progress(String text) {
    held.progress(text);
  }

  @Override
  public void renew() {
    boolean renewed = wiring.errors().during(stage(), "Renewing the claim of", held::renew);
    if (!renewed) {
      throw wiring.errors().claimLost(stage(), null);
    }
  }

  @Override
  public SaveResult complete(SaveOptions given) {
    SaveOptions all = given.startedAt().isPresent() ? given : given.startedAt(startedAt);
    return inSpiteOfAnInterrupt(
        () -> {
          renewToComplete();
          SaveResult result = saveWhileHeld(() -> save(all));
          settle(result.outcome());
          return result;
        });
  }

  /**
   * A checkpoint of this claim says by its token that the claim is over. Beside another's, the
   * claim would seem to be at work until its lease ends.
   */
  private void settle(SaveResult.Outcome outcome) {
    if (outcome == SaveResult.Outcome.SAVED) {
      held.completed();
      beat.close();
    } else if (outcome == SaveResult.Outcome.ALREADY_SAVED) {
      releaseBesideACheckpoint();
    }
  }

  /** Another has completed the stage, so what failed before no longer counts. */
  void releaseBesideACheckpoint() {
    end("released", held::releaseBesideACheckpoint);
  }

  /** Renews for a full lease, or for what is left until a deadline; says that a save follows. */
  private boolean isRenewedToComplete() {
    Duration left = held.remaining();
    Duration lease = options.heartbeat() ? held.lease() : left;
    return held.renewToComplete(lease, options.rerun().isPresent());
  }

  private void renewToComplete() {
    while (true) {
      try {
        if (isRenewedToComplete()) {
          return;
        }
        throw wiring.errors().claimLost(stage(), null);
      } catch (StoreException e) {
        if (!held.isHeld()) {
          throw wiring.errors().claimLost(stage(), e);
        }
        if (!pause()) {
          throw wiring.errors().completionInterrupted(stage(), e);
        }
      }
    }
  }

  private SaveResult save(SaveOptions all) {
    var claimed = Optional.of(new RecordFactory.Claimed(attempt(), fencingToken()));
    Optional<Checkpoint> rerun = options.rerun();
    return rerun.isPresent()
        ? checkpoints.replace(rerun.get(), all, claimed)
        : checkpoints.save(stage(), all, claimed);
  }

  /**
   * Tries again while the store is unavailable, for a third of the lease at most: the work is done,
   * and the claim holds. Each time the claim is renewed first.
   */
  private SaveResult saveWhileHeld(Supplier<SaveResult> save) {
    long begin = timing().nanoTime();
    while (true) {
      @Nullable SaveResult notSaved = null; // as FailureMode.BEST_EFFORT has it
      CheckpointException failure;
      try {
        SaveResult result = save.get();
        if (result.cause().isEmpty()) {
          return result;
        }
        notSaved = result;
        failure = result.cause().get();
      } catch (OutcomeUnknownException | StoreUnavailableException e) {
        failure = e;
      }
      if (failure instanceof OutcomeUnknownException unknown) {
        return settleUnknown(unknown, notSaved, begin);
      }
      boolean again =
          failure instanceof StoreUnavailableException
              && isRenewedAfterAPause(begin, held.lease().dividedBy(3));
      if (!again) {
        return notSavedOrThrow(notSaved, failure);
      }
    }
  }

  /**
   * Sends a completion again while its outcome is unknown and the claim holds, for one lease at
   * most: heartbeats could hold the claim without limit. Each time the claim is renewed first: who
   * found the completion may have taken the claim over and undone it, a rollback for one. Once it
   * was unknown, only a record decides it.
   */
  private SaveResult settleUnknown(
      OutcomeUnknownException unknown, @Nullable SaveResult notSaved, long begin) {
    while (isRenewedAfterAPause(begin, held.lease())) {
      try {
        return unknown.retry();
      } catch (CheckpointException e) {
        if (!CheckpointOperations.isStoreFailure(e)) {
          throw e;
        }
      }
    }
    return notSavedOrThrow(notSaved, unknown);
  }

  private static SaveResult notSavedOrThrow(
      @Nullable SaveResult notSaved, CheckpointException failure) {
    if (notSaved != null) {
      return notSaved;
    }
    throw failure;
  }

  /** False when the claim is lost, or the time is over; a renewal that fails is tried again. */
  private boolean isRenewedAfterAPause(long begin, Duration atMost) {
    while (held.isHeld() && timing().nanoTime() - begin < atMost.toNanos() && pause()) {
      try {
        return isRenewedToComplete();
      } catch (StoreException e) {
        LOG.debug("Claim not renewed before its completion is sent again: {}", e.getMessage());
      }
    }
    return false;
  }

  private boolean pause() {
    try {
      timing().sleep(Backoff.COMPLETION.pause(0, timing().random()));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Timing timing() {
    return wiring.settings().timing();
  }

  @Override
  public void withdraw() {
    inSpiteOfAnInterrupt(
        () -> {
          renewToComplete();
          checkpoints.delete(stage(), options.rerun());
          releaseBesideACheckpoint(); // it counts from the completion that was undone
          return true;
        });
  }

  @Override
  public void fail(String reason) {
    end("failed", () -> held.fail(reason));
  }

  @Override
  public void failPermanently(String reason) {
    end("failed", () -> held.failPermanently(reason));
  }

  @Override
  public boolean isRemoved() {
    return held.isRemoved();
  }

  @Override
  public void release() {
    end("released", () -> held.release(Optional.empty()));
  }

  @Override
  public void release(String reason) {
    end("released", () -> held.release(Optional.of(reason)));
  }

  private void end(String how, BooleanSupplier write) {
    beat.close();
    boolean again = held.isEnded();
    try {
      if (!inSpiteOfAnInterrupt(write::getAsBoolean) && !again) {
        LOG.warn("Claim not {}, it was lost before: {}", how, LogSafe.of(stage()));
      }
    } catch (StoreException e) {
      LOG.warn(
          "Claim perhaps not {}, it ends with its lease: {}: {}",
          how,
          LogSafe.of(stage()),
          e.getMessage());
    }
  }

  @Override
  public void close() {
    if (held.isOpen() && maxAttempts() == 1) {
      fail("it ended without a result"); // its work may have begun, and may begin only once
    } else if (held.isOpen()) {
      release();
    }
    beat.close();
  }

  @Override
  public String toString() {
    return "Claim[" + LogSafe.of(stage()) + ", attempt " + attempt() + "]";
  }
}
