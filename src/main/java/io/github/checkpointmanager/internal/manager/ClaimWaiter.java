package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.StageClaimer;
import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimWatch;
import io.github.checkpointmanager.internal.claim.Leases;
import io.github.checkpointmanager.internal.manager.ClaimOperations.ClaimRequest;
import io.github.checkpointmanager.internal.time.Backoff;
import io.github.checkpointmanager.internal.time.Timing;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** The one waiter for busy stages: of exclusive stages, the command, pipelines and rollbacks. */
final class ClaimWaiter implements StageClaimer {
  private final String stage;
  private final ClaimOperations claims;
  private final Timing timing;
  private final ClaimWatch watch;
  private int pauses;
  private boolean busyBefore;
  private Duration longestWatch = Duration.ZERO;

  ClaimWaiter(String stage, ClaimOperations claims, Timing timing) {
    this.stage = stage;
    this.claims = claims;
    this.timing = timing;
    this.watch = new ClaimWatch(timing);
  }

  @Override
  public String stage() {
    return stage;
  }

  @Override
  public ClaimResult tryClaim(ClaimOptions options) {
    return tryClaim(new ClaimRequest(stage, options, Optional.empty()));
  }

  ClaimResult tryClaim(ClaimRequest request) {
    longestWatch = Leases.takeoverAge(request.options().lease());
    ClaimResult result = claims.claim(request, watch, busyBefore);
    busyBefore = result instanceof ClaimResult.Busy;
    return result;
  }

  @Override
  public Duration backoff(ClaimResult.Busy busy) {
    Duration regular = Backoff.CLAIM.pause(pauses++, timing.random());
    return busy.remaining()
        .map(free -> min(regular, free.plusMillis((long) (50 + 450 * timing.random()))))
        .orElse(regular);
  }

  @Override
  public boolean isWatching(ClaimResult.Busy busy) {
    return watch.isNeeded()
        && busy.remaining().filter(left -> left.compareTo(longestWatch) <= 0).isPresent();
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  @Override
  public ClaimResult await(
      Optional<Duration> atMost, Supplier<ClaimResult> attempt, Sleeper sleeper)
      throws InterruptedException {
    long begin = timing.nanoTime();
    while (true) {
      ClaimResult result = attempt.get();
      if (!(result instanceof ClaimResult.Busy busy)) {
        return result;
      }
      Duration backoff = backoff(busy);
      Duration left =
          atMost.map(longest -> longest.minusNanos(timing.nanoTime() - begin)).orElse(backoff);
      if (left.isNegative() || left.isZero()) {
        if (!isWatching(busy)) {
          return busy;
        }
        left = backoff;
      }
      if (!sleeper.sleep(busy, min(left, backoff))) {
        return busy;
      }
    }
  }
}
