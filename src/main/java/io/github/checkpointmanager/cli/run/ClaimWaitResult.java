package io.github.checkpointmanager.cli.run;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimResult;

/** What waiting for a stage came to. */
sealed interface ClaimWaitResult {
  /**
   * The stage is this run's.
   *
   * @param before what stood in its checkpoint's place
   */
  record Held(Claim claim, StageRecords before) implements ClaimWaitResult {}

  /** Somebody has completed it meanwhile. */
  record Completed(Checkpoint checkpoint) implements ClaimWaitResult {}

  /** Another worker holds it, and it is not waited for any longer. */
  record Busy(ClaimResult.Busy by) implements ClaimWaitResult {}

  /** A signal has ended the waiting. */
  record Stopped(String signal) implements ClaimWaitResult {}
}
