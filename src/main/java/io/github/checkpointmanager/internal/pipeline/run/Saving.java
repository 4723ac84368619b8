package io.github.checkpointmanager.internal.pipeline.run;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.OutcomeUnknownException;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Saves a stage whose task has succeeded. The work is worth some patience: where the store does not
 * answer, or the outcome is unknown, it is tried again a few times.
 */
final class Saving {
  private static final int TRIES = 4;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

  private final CheckpointManager checkpoints;

  Saving(CheckpointManager checkpoints) {
    this.checkpoints = checkpoints;
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

  private static SaveResult patiently(Supplier<SaveResult> first, boolean untilKnown) {
    Supplier<SaveResult> send = first;
    Duration pause = FIRST_PAUSE;
    for (int i = 1; ; i++) {
      try {
        return send.get();
      } catch (OutcomeUnknownException e) {
        if (!untilKnown || i == TRIES || !sleep(pause)) {
          throw e;
        }
        send = e::retry; // the same bytes, so that nothing is written twice
      } catch (StoreUnavailableException e) {
        if (i == TRIES || !sleep(pause)) {
          throw e;
        }
      }
      pause = pause.multipliedBy(2);
    }
  }

  private static boolean sleep(Duration pause) {
    try {
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
