package io.github.checkpointmanager.pipeline.rollback;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.StageClaimer;
import io.github.checkpointmanager.internal.time.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Claims completed stages in order to undo them. Thread-safe.
 *
 * @param options without a limit of attempts: a compensation is no attempt of its stage, and runs
 *     until it succeeds
 */
record StageUndo(CheckpointManager checkpoints, ClaimOptions options, Timing timing) {
  /**
   * Claims a stage over the checkpoint that is to be undone. Waits while its holder does not renew
   * the claim, as after a killed rollback; a renewal shows that the holder is alive.
   *
   * @throws RollbackException a worker holds the stage, or its checkpoint is another one now
   */
  Claim claim(Checkpoint checkpoint) {
    String stage = checkpoint.stage();
    ClaimResult taken = await(stage, Optional.empty(), options.rerun(checkpoint));
    if (taken instanceof ClaimResult.Busy busy) {
      throw RunningStages.busy(quoted(stage) + ": " + busy.reason());
    }
    if (!(taken instanceof ClaimResult.Held held)) {
      throw changed(checkpoint); // another one completes the stage now
    }
    Claim claim = held.claim();
    try {
      requireUnchanged(checkpoint);
      return claim;
    } catch (RuntimeException e) {
      claim.close();
      throw e;
    }
  }

  /**
   * Claims as soon as the holder's lease has expired; busy when the holder is alive.
   *
   * @param atMost as {@link StageClaimer#await}
   */
  ClaimResult await(String stage, Optional<Duration> atMost, ClaimOptions claiming) {
    StageClaimer claimer = checkpoints.claimer(stage);
    RenewalWatch watch = new RenewalWatch(timing);
    try {
      return claimer.await(atMost, () -> claimer.tryClaim(claiming), watch);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RunningStages.busy(quoted(stage) + ": " + watch.reason);
    }
  }

  /** Waits for a claim until it is renewed. A claim that cannot be read shows no renewal. */
  private static final class RenewalWatch implements StageClaimer.Sleeper {
    private final Timing timing;
    private @Nullable Instant firstSeen;
    private String reason = "";

    RenewalWatch(Timing timing) {
      this.timing = timing;
    }

    @Override
    public boolean sleep(ClaimResult.Busy busy, Duration pause) throws InterruptedException {
      reason = busy.reason();
      Instant renewed = busy.by().map(ClaimInfo::renewedAt).orElse(Instant.EPOCH);
      firstSeen = firstSeen == null ? renewed : firstSeen;
      if (!renewed.equals(firstSeen)) {
        return false;
      }
      timing.sleep(pause);
      return true;
    }
  }

  /** Another rollback may have undone the stage, and a run completed it again, before the claim. */
  private void requireUnchanged(Checkpoint checkpoint) {
    Optional<String> now =
        checkpoints.get(checkpoint.stage()).map(RollbackPlan.RollbackStep::origin);
    if (!now.equals(Optional.of(RollbackPlan.RollbackStep.origin(checkpoint)))) {
      throw changed(checkpoint);
    }
  }

  private static RollbackException changed(Checkpoint checkpoint) {
    return new RollbackException(
        RollbackException.Kind.CONFLICT,
        "The rollback stopped",
        "the checkpoint of " + quoted(checkpoint.stage()) + " changed since it was planned",
        "Find out who else works on it, then run the rollback again",
        null);
  }
}
