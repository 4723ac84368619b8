package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.claim.HeldClaim;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.StoreException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The end of a claimed stage: tried again as long as the claim holds, and no longer. */
final class Completion {
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final HeldClaim held;
  private final Errors errors;
  private final Timing timing;

  Completion(HeldClaim held, Errors errors, Timing timing) {
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
   * most: heartbeats could hold the claim for ever. Once it was unknown, only a record settles it.
   */
  SaveResult save(Supplier<SaveResult> first) {
    long begin = timing.nanoTime();
    long patience = held.lease().toNanos();
    Doubt doubt = Doubt.of(first);
    while (doubt.isUnknown() && held.isValid() && timing.nanoTime() - begin < patience && pause()) {
      doubt = doubt.retried();
    }
    return doubt.result();
  }

  /** How a completion ended so far: with a result, or unknown. */
  private record Doubt(@Nullable SaveResult known, @Nullable OutcomeUnknownException unknown) {
    static Doubt of(Supplier<SaveResult> first) {
      try {
        SaveResult result = first.get();
        return result.cause().orElse(null) instanceof OutcomeUnknownException e
            ? new Doubt(result, e) // as FailureMode.BEST_EFFORT has it
            : new Doubt(result, null);
      } catch (OutcomeUnknownException e) {
        return new Doubt(null, e);
      }
    }

    boolean isUnknown() {
      return unknown != null;
    }

    Doubt retried() {
      if (unknown == null) {
        return this;
      }
      try {
        return new Doubt(unknown.retry(), null);
      } catch (CheckpointException e) {
        if (CheckpointAccess.isStoreFailure(e)) {
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
      timing.sleep(PAUSE);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
