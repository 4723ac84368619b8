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
 * Saves a stage whose task has succeeded. The work is worth some patience: where the store does not
 * answer, or the outcome is unknown, it is tried again a few times.
 */
final class Saving {

  private final CheckpointManager checkpoints;
  private final Timing timing;

  Saving(CheckpointManager checkpoints, Timing timing) {
    this.checkpoints = checkpoints;
    this.timing = timing;
  }

  /**
   * Saves under a claim, over exactly the checkpoint that was seen, or where there was none.
   *
   * @param claim null when the run does not claim
   * @param seen null when the stage had no valid checkpoint; with a claim, what it was claimed for
   */
  SaveResult save(
      String stage, @Nullable Claim claim, @Nullable Checkpoint seen, SaveOptions options) {
    if (claim != null) {
      return patiently(() -> claim.complete(options), false); // that waits as long as it may
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
