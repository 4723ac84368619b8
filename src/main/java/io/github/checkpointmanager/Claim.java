package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.claim.Heartbeats;
import io.github.checkpointmanager.internal.claim.HeldClaim;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stage that is this worker's to execute. It is renewed in the background until it ends or is
 * lost. End it with {@link #complete}, {@link #fail} or {@link #release}; {@link #close} releases
 * what was not ended. Thread-safe.
 *
 * <p>A claim lets two workers not do the same stage twice when that can be avoided. It does not
 * make it impossible: a worker that is paused may go on for a moment when it wakes up. None of its
 * late writes replaces another's record; for other systems there is the {@link #fencingToken}.
 */
public final class Claim implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Claim.class);

  private final HeldClaim held;
  private final Heartbeats.Beat beat;
  private final ClaimOptions options;
  private final CheckpointAccess access;
  private final Completion completion;
  private final Errors errors;
  private final Instant startedAt;

  Claim(
      HeldClaim held,
      Heartbeats.Beat beat,
      ClaimOptions options,
      CheckpointAccess access,
      Completion completion,
      Errors errors,
      Instant startedAt) {
    this.held = held;
    this.beat = beat;
    this.options = options;
    this.access = access;
    this.completion = completion;
    this.errors = errors;
    this.startedAt = startedAt;
  }

  public String stage() {
    return held.stage();
  }

  /** Which execution of the stage this is, from 1, since the last clear. */
  public long attempt() {
    return held.attempt();
  }

  /** A number greater than that of every earlier claim of the stage, across clears too. */
  public long fencingToken() {
    return held.fencingToken();
  }

  /**
   * Whether the stage is still this worker's. False for ever once the lease has run out unrenewed,
   * another's claim was seen, or this one was ended; false until the next renewal after the machine
   * was suspended. No request, never waits.
   */
  public boolean isValid() {
    return held.isValid();
  }

  /** What is left of the lease; zero or negative when it has run out. */
  public Duration remaining() {
    return held.remaining();
  }

  /** A text for others to see, written with the next renewal. No request. */
  public void progress(String text) {
    held.progress(text);
  }

  /**
   * Renews now, for a full lease. 1 PUT.
   *
   * @throws ClaimLostException it is no longer this worker's
   * @throws StoreUnavailableException or another failure of the store: the claim holds as long as
   *     its last lease
   */
  public void renew() {
    try {
      if (held.renew()) {
        return;
      }
    } catch (StoreException e) {
      throw errors.of(e, stage(), "Renewing the claim of");
    }
    throw errors.claimLost(stage(), null);
  }

  /** As {@link #complete(SaveOptions)}, with nothing but what every checkpoint has. */
  public SaveResult complete() {
    return complete(SaveOptions.none());
  }

  /**
   * Renews the claim, then saves the checkpoint. The first completion wins, whoever's: if another
   * worker completed the stage before, that checkpoint stands and the result says so. 2 PUT.
   *
   * @throws ClaimLostException it is no longer this worker's; nothing was saved
   * @throws OutcomeUnknownException it is not known whether it was saved, though it was sent again
   *     while the claim held
   * @throws CheckpointConflictException when run again on purpose: another checkpoint stands now
   */
  public SaveResult complete(SaveOptions options) {
    completion.renew(this.options.heartbeat());
    SaveOptions all = options.startedAtIfAbsent(startedAt).claimedBy(attempt(), fencingToken());
    SaveResult result = completion.save(() -> save(all));
    if (result.outcome() != SaveResult.Outcome.NOT_SAVED) {
      held.completed();
      beat.close();
    }
    return result;
  }

  private SaveResult save(SaveOptions all) {
    Optional<Checkpoint> rerun = options.rerun();
    return rerun.isPresent() ? access.replace(rerun.get(), all) : access.save(stage(), all);
  }

  /**
   * Deletes the stage's checkpoint and gives the claim up: the stage is no longer completed. For
   * whoever has undone its work. The claim is renewed first, so that no other claimant can have
   * completed the stage anew. Not conditional, as no deletion is: a plain {@code replace} that is
   * under way is lost with it. 2 PUT and 1 DeleteObjects.
   *
   * @throws ClaimLostException it is no longer this worker's; nothing was deleted
   * @throws ClearIncompleteException the checkpoint is not known to be gone; the claim is still
   *     held, try again
   */
  public void withdraw() {
    completion.renew(this.options.heartbeat());
    access.delete(stage());
    release();
  }

  /**
   * Records that the attempt failed; others may try again. 1 PUT. Does nothing when the claim is
   * lost. A store that fails is told in the log: the claim then ends with its lease, which counts
   * as a failure too. An interrupt waits until it is done.
   *
   * @param cause its class and the beginning of its message are recorded
   */
  public void fail(Throwable cause) {
    String message = cause.getMessage();
    fail(cause.getClass().getName() + (message == null ? "" : ": " + message));
  }

  /**
   * As {@link #fail(Throwable)}, for a failure that is no exception.
   *
   * @param reason shown to others; its beginning is recorded
   */
  public void fail(String reason) {
    end("failed", () -> held.fail(reason));
  }

  /** Gives the stage up; no failure is counted. 1 PUT. As {@link #fail(Throwable)}. */
  public void release() {
    end("released", () -> held.release(Optional.empty()));
  }

  /**
   * As {@link #release()}.
   *
   * @param reason shown to others; its beginning is recorded
   */
  public void release(String reason) {
    end("released", () -> held.release(Optional.of(reason)));
  }

  private void end(String how, BooleanSupplier write) {
    beat.close();
    // An interrupt is meant for the task, and S3 clients send nothing for an interrupted thread.
    boolean interrupted = Thread.interrupted();
    try {
      if (!write.getAsBoolean()) {
        LOG.warn("Claim not {}, it was lost before: {}", how, LogSafe.of(stage()));
      }
    } catch (StoreException e) {
      LOG.warn(
          "Claim perhaps not {}, it ends with its lease: {}: {}",
          how,
          LogSafe.of(stage()),
          e.getMessage());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Releases the claim unless it was ended or lost; if it is not known whether it was ended, sends
   * the same end again. Idempotent.
   */
  @Override
  public void close() {
    if (held.isOpen()) {
      release();
    }
    beat.close();
  }
}
