package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.claim.ClaimWatch;
import io.github.checkpointmanager.internal.time.Timing;
import java.time.Duration;

/**
 * One worker's tries to claim one stage, while others may hold it. It remembers what it has seen:
 * where the store's clock cannot be trusted, another's claim ends for this worker when it was
 * watched unchanged for its lease and margin. For one thread at a time.
 */
public final class Contender {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final String stage;
  private final ClaimAccess claims;
  private final Timing timing;
  private final ClaimWatch watch;
  private Duration pause = FIRST_PAUSE;
  private boolean taken;

  Contender(String stage, ClaimAccess claims, Timing timing) {
    this.stage = stage;
    this.claims = claims;
    this.timing = timing;
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

  /**
   * How long to wait before the next try: a quarter of a second first, then longer each time, up to
   * about 5 s, so that requests grow with the time waited and not with the number of workers;
   * sooner when the claim may be taken over sooner. With jitter, so that waiters do not come all at
   * once. No request.
   *
   * @param busy what the last try gave
   */
  public Duration pause(ClaimResult.Busy busy) {
    Duration regular = Duration.ofNanos((long) (pause.toNanos() * (0.75 + timing.random() / 2)));
    pause = min(pause.multipliedBy(3).dividedBy(2), LONGEST_PAUSE);
    return busy.remaining()
        .map(remaining -> min(regular, remaining.plusMillis((long) (50 + 450 * timing.random()))))
        .orElse(regular);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
