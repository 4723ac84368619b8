package io.github.checkpointmanager;

import io.github.checkpointmanager.protocol.ClaimWatch;

/**
 * One worker's tries to claim one stage, while others may hold it. It remembers what it has seen:
 * where the store's clock cannot be trusted, another's claim ends for this worker when it was
 * watched unchanged for its lease and margin. For one thread at a time.
 */
public final class Contender {
  private final String stage;
  private final ClaimAccess claims;
  private final ClaimWatch watch;
  private boolean taken;

  Contender(String stage, ClaimAccess claims) {
    this.stage = stage;
    this.claims = claims;
    this.watch = claims.watch();
  }

  public String stage() {
    return stage;
  }

  /**
   * Tries once; does not wait. As {@link CheckpointManager#claim}; after a try that found the stage
   * busy, 1 GET, and when it is free by then 1 PUT and 1 GET more.
   *
   * @throws AttemptsExhaustedException it has failed as often as the options allow
   * @throws OutcomeUnknownException it is not known whether the claim stands; it then ends with its
   *     lease
   */
  public ClaimResult tryClaim(ClaimOptions options) {
    ClaimResult result =
        taken ? claims.poll(stage, options, watch) : claims.claim(stage, options, watch);
    taken = result instanceof ClaimResult.Busy;
    return result;
  }
}
