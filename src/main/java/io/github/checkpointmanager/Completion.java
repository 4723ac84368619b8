package io.github.checkpointmanager;

import io.github.checkpointmanager.protocol.HeldClaim;
import io.github.checkpointmanager.protocol.Timing;
import io.github.checkpointmanager.store.StoreException;
import java.time.Duration;
import java.util.function.Supplier;

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
        if (!held.isHeld() || !pause()) {
          throw errors.claimLost(held.stage(), e);
        }
      }
    }
  }

  /** Sends a completion again while its outcome is unknown and the claim holds. */
  SaveResult save(Supplier<SaveResult> first) {
    Supplier<SaveResult> send = first;
    while (true) {
      try {
        return send.get();
      } catch (OutcomeUnknownException e) {
        if (!held.isValid() || !pause()) {
          throw e;
        }
        send = e::retry;
      }
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
