package io.github.checkpointmanager.internal.time;

import java.time.Duration;

/**
 * Exponential back-off with jitter. The constants are all pauses of this project between tries;
 * tries without a pause are counted by constants of their classes. The jitter follows M. Brooker,
 * "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 *
 * @param first the first pause, before jitter
 * @param factor by which each pause is longer than the one before
 * @param longest the longest pause, before jitter
 * @param least the smallest share of a pause that jitter leaves
 * @param most the largest share of a pause that jitter leaves
 * @param tries how often to try, at most
 */
public record Backoff(
    Duration first, double factor, Duration longest, double least, double most, int tries) {
  /** A write to send or read back again. About 4 s of waiting in all, at most 7.2 s. */
  public static final Backoff RESEND =
      new Backoff(Duration.ofMillis(50), 2, Duration.ofSeconds(2), 0, 1, 8);

  /** A stage that another worker holds, or a store that does not answer before a stage begins. */
  public static final Backoff CLAIM =
      new Backoff(
          Duration.ofMillis(250), 1.5, Duration.ofSeconds(5), 0.75, 1.25, Integer.MAX_VALUE);

  /** The completion of a claimed stage, while its claim holds. */
  public static final Backoff COMPLETION =
      new Backoff(Duration.ofMillis(500), 1, Duration.ofMillis(500), 1, 1, Integer.MAX_VALUE);

  /** The save after a pipeline's task has succeeded, without a claim. */
  public static final Backoff SAVE_AFTER_TASK =
      new Backoff(Duration.ofMillis(250), 2, Duration.ofSeconds(1), 1, 1, 4);

  /** Keys of a batch deletion that failed in passing. */
  public static final Backoff BATCH_DELETION =
      new Backoff(Duration.ofMillis(200), 2, Duration.ofSeconds(5), 0.5, 1, 4);

  /** The lock of a directory store, held by another process. */
  public static final Backoff DIRECTORY_LOCK =
      new Backoff(Duration.ofNanos(500_000), 2, Duration.ofMillis(20), 0.5, 1, Integer.MAX_VALUE);

  /** Returns the pause after so many others; {@code random} is from 0 to 1 (exclusive). */
  public Duration pause(int before, double random) {
    double grown = first.toNanos() * Math.pow(factor, Math.min(before, 64));
    double nanos = Math.min(grown, (double) longest.toNanos());
    return Duration.ofNanos((long) (nanos * (least + (most - least) * random)));
  }
}
