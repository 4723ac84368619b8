package io.github.checkpointmanager.internal.time;

import java.time.Duration;
import java.util.Optional;

/**
 * The pauses of one waiter: 250 ms first, half as long again each time, up to 5 s, each with 25 %
 * jitter. For one thread at a time.
 */
public final class GrowingPause {
  private static final Duration FIRST = Duration.ofMillis(250);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private final Timing timing;
  private Duration pause = FIRST;

  public GrowingPause(Timing timing) {
    this.timing = timing;
  }

  /**
   * Returns the next pause; shorter when what is waited for may be free sooner.
   *
   * @param untilFree when it may be free at the earliest, if that is known
   */
  public Duration next(Optional<Duration> untilFree) {
    Duration regular = Duration.ofNanos((long) (pause.toNanos() * (0.75 + timing.random() / 2)));
    pause = min(pause.multipliedBy(3).dividedBy(2), LONGEST);
    return untilFree
        .map(free -> min(regular, free.plusMillis((long) (50 + 450 * timing.random()))))
        .orElse(regular);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
