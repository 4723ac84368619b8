package io.github.checkpointmanager;

import java.time.Duration;
import java.util.Optional;

/** How {@link CheckpointManager#claim} ended. */
public sealed interface ClaimResult {
  /** The stage is the caller's to execute. */
  record Held(Claim claim) implements ClaimResult {}

  /**
   * Another worker executes the stage, or it rests after a failure.
   *
   * @param by who; empty when the claim cannot be read
   * @param remaining how long it is to be respected still, if that can be told
   * @param reason in one sentence
   */
  record Busy(Optional<StageHolder> by, Optional<Duration> remaining, String reason)
      implements ClaimResult {}

  /** The stage is completed. */
  record Completed(Checkpoint checkpoint) implements ClaimResult {}
}
