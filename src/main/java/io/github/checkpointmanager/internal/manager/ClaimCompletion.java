package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.ClaimLostException;
import io.github.checkpointmanager.OutcomeUnknownException;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.StoreUnavailableException;
import io.github.checkpointmanager.internal.claim.HeldClaim;
import io.github.checkpointmanager.internal.time.Backoff;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.StoreException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The end of a claimed stage: tried again as long as the claim holds, and no longer. */
final class ClaimCompletion {
  private final HeldClaim held;
  private final Errors errors;
  private final Timing timing;

  ClaimCompletion(HeldClaim held, Errors errors, Timing timing) {
    this.held = held;
    this.errors = errors;
    this.timing = timing;
  }

  /**
   * Makes sure that the claim is still held, and for a full lease, or for what is left until a
   * deadline.
   *
   * @throws ClaimLostException it is not
   * @throws StoreUnavailableException interrupted while the store failed; the claim is held still
   */
  void renew(boolean fullLease) {
    while (true) {
      try {
        Duration left = held.remaining();
        boolean renewed = fullLease ? held.renew() : held.renew(left);
        if (renewed) {
          return;
        }
        throw errors.claimLost(held.stage(), null);
      } catch (StoreException e) {
        if (!held.isHeld()) {
          throw errors.claimLost(held.stage(), e);
        }
        if (!pause()) {
          throw errors.completionInterrupted(held.stage(), e);
        }
      }
    }
  }

  /**
   * Sends a completion again while its outcome is unknown and the claim holds, for one lease at
   * most: heartbeats could hold the claim without limit. Once it was unknown, only a record decides
   * it.
   */
  SaveResult save(Supplier<SaveResult> first) {
    long begin = timing.nanoTime();
    long patience = held.lease().toNanos();
    CompletionAttempt attempt = CompletionAttempt.of(first);
    while (attempt.isUnknown()
        && held.isValid()
        && timing.nanoTime() - begin < patience
        && pause()) {
      attempt = attempt.retried();
    }
    return attempt.result();
  }

  /** How a completion ended so far: with a result, or unknown. */
  private record CompletionAttempt(
      @Nullable SaveResult known, @Nullable OutcomeUnknownException unknown) {
    static CompletionAttempt of(Supplier<SaveResult> first) {
      try {
        SaveResult result = first.get();
        return result.cause().orElse(null) instanceof OutcomeUnknownException e
            ? new CompletionAttempt(result, e) // as FailureMode.BEST_EFFORT has it
            : new CompletionAttempt(result, null);
      } catch (OutcomeUnknownException e) {
        return new CompletionAttempt(null, e);
      }
    }

    boolean isUnknown() {
      return unknown != null;
    }

    CompletionAttempt retried() {
      if (unknown == null) {
        return this;
      }
      try {
        return new CompletionAttempt(unknown.retry(), null);
      } catch (CheckpointException e) {
        if (CheckpointOperations.isStoreFailure(e)) {
          return this;
        }
        throw e;
      }
    }

    SaveResult result() {
      if (known != null) {
        return known;
      }
      throw Objects.requireNonNull(unknown);
    }
  }

  private boolean pause() {
    try {
      timing.sleep(Backoff.COMPLETION.pause(0, timing.random()));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
