package io.github.checkpointmanager;

import java.time.Duration;
import java.util.Optional;

/** How {@link CheckpointManager#claim} ended. */
public sealed interface ClaimResult {
  /** The caller holds the stage. */
  record Held(Claim claim) implements ClaimResult {}

  /**
   * Another worker executes the stage, or the stage backs off after a failure.
   *
   * @param by the claim's holder; empty when the claim cannot be read
   * @param remaining how long the claim is respected or the back-off lasts, if that is known
   * @param reason in one sentence
   */
  record Busy(Optional<ClaimInfo> by, Optional<Duration> remaining, String reason)
      implements ClaimResult {}

  /** The stage is completed. */
  record Completed(Checkpoint checkpoint) implements ClaimResult {}
}
