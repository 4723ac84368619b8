package io.github.checkpointmanager.internal.pipeline.run;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.OutcomeUnknownException;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.StoreUnavailableException;
import io.github.checkpointmanager.internal.time.Backoff;
import io.github.checkpointmanager.internal.time.Timing;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Saves a stage whose task has succeeded. When the store does not answer, or the outcome is
 * unknown, it tries again as {@link Backoff#SAVE_AFTER_TASK} says.
 */
final class Saving {

  private final CheckpointManager checkpoints;
  private final Timing timing;

  Saving(CheckpointManager checkpoints, Timing timing) {
    this.checkpoints = checkpoints;
    this.timing = timing;
  }

  /**
   * Saves: replaces exactly the checkpoint that was seen, or creates the first.
   *
   * @param claim null when the run does not claim
   * @param seen the checkpoint that is replaced; null when the stage had no valid one
   */
  SaveResult save(
      String stage, @Nullable Claim claim, @Nullable Checkpoint seen, SaveOptions options) {
    if (claim != null) {
      return patiently(() -> claim.complete(options), false); // waits as long as the claim is valid
    }
    return seen == null
        ? patiently(() -> checkpoints.save(stage, options), true)
        : patiently(() -> checkpoints.replace(seen, options), true);
  }

  private SaveResult patiently(Supplier<SaveResult> first, boolean untilKnown) {
    Supplier<SaveResult> send = first;
    for (int i = 1; ; i++) {
      try {
        return send.get();
      } catch (OutcomeUnknownException e) {
        if (!untilKnown || i == Backoff.SAVE_AFTER_TASK.tries() || !waited(i - 1)) {
          throw e;
        }
        send = e::retry; // the same bytes, so that nothing is written twice
      } catch (StoreUnavailableException e) {
        if (i == Backoff.SAVE_AFTER_TASK.tries() || !waited(i - 1)) {
          throw e;
        }
      }
    }
  }

  /** Whether it waited; not when the thread was interrupted. */
  private boolean waited(int before) {
    try {
      timing.sleep(Backoff.SAVE_AFTER_TASK.pause(before, timing.random()));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
