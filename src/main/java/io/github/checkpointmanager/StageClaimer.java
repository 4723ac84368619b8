package io.github.checkpointmanager;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Claims one stage while other workers may hold it. A claimer remembers what it has seen: where the
 * store's clock cannot be trusted, another worker's claim expires for this one after it was watched
 * unchanged for its lease and margin. For one thread at a time.
 */
public interface StageClaimer {
  /** The stage to be claimed. */
  String stage();

  /**
   * Tries once; does not wait. As {@link CheckpointManager#claim}; after a try that found the stage
   * busy, 1 GET, and when it is free by then 1 PUT and 1 GET more.
   *
   * @throws StageBusyException an execution around this process holds the stage: this process was
   *     started by its command, and to wait would never end
   * @throws AttemptsExhaustedException it has failed as often as the options allow
   * @throws OutcomeUnknownException it is not known whether the claim was written; if it was, it
   *     ends with its lease
   */
  ClaimResult tryClaim(ClaimOptions options);

  /**
   * Returns how long to wait before the next try: a quarter of a second first, then half as long
   * again each time, up to 5 s, so that requests grow with the time waited and not with the number
   * of workers; less when the claim may be taken over sooner. With jitter, so that waiters do not
   * come all at once. No request.
   *
   * @param busy the result of the last try
   */
  Duration backoff(ClaimResult.Busy busy);

  /**
   * Whether it is worth waiting longer than was asked for, since otherwise no worker that does not
   * wait could ever take a dead worker's stage over: where the store's time is not known, a claim
   * has expired only when it was watched for its lease and margin. True for as long as this
   * worker's own lease and margin at most, and only until the claim is renewed. No request.
   *
   * @param busy the result of the last try
   */
  boolean isWatching(ClaimResult.Busy busy);

  /**
   * Tries again and again, with {@link #backoff} in between, until a try finds the stage not busy
   * or the wait ends.
   *
   * @param atMost the longest wait; zero to try once; empty for no limit
   * @param attempt one try: looks at what it must, then {@link #tryClaim}
   * @param sleeper waits between two tries
   * @return the last try's result; {@link ClaimResult.Busy} when the wait ended
   * @throws InterruptedException when the sleeper is interrupted
   */
  ClaimResult await(Optional<Duration> atMost, Supplier<ClaimResult> attempt, Sleeper sleeper)
      throws InterruptedException;

  /** Waits between two tries. */
  @FunctionalInterface
  interface Sleeper {
    /**
     * Waits.
     *
     * @param busy what the last try found
     * @param backoff how long to wait
     * @return whether to try again
     */
    boolean sleep(ClaimResult.Busy busy, Duration backoff) throws InterruptedException;
  }
}
