package io.github.checkpointmanager;

import java.time.Duration;

/**
 * A stage that this worker holds. The claim is renewed in the background until it ends or is lost.
 * End it with {@link #complete}, {@link #fail} or {@link #release}; {@link #close} releases a claim
 * that was not ended. Thread-safe.
 *
 * <p>Claims avoid that two workers execute the same stage at once. They cannot exclude it: a worker
 * that was paused may continue for a moment after it wakes up. None of its late writes replaces
 * another worker's record; for other systems there is the {@link #fencingToken}.
 */
public interface Claim extends AutoCloseable {
  /** The claimed stage. */
  String stage();

  /** Which execution of the stage this is, from 1, since the last clear. */
  long attempt();

  /** A number greater than that of every earlier claim of the stage, across clears too. */
  long fencingToken();

  /**
   * Marks the processes of this execution: 32 hexadecimal digits, recorded in the claim. A program
   * that the task starts belongs to it if its environment has the variable {@code
   * CHECKPOINT_EXECUTIONS} with this value, appended to an inherited one after a colon. When this
   * process was killed, programs that carry it are stopped before another worker of this machine
   * takes over at once.
   */
  String executionId();

  /**
   * Returns the limit of attempts that stands in this claim, this worker's or an earlier one's; 0
   * for no limit.
   */
  default long maxAttempts() {
    return 0;
  }

  /**
   * Whether this worker still holds the stage. Permanently false once the lease has run out without
   * a renewal, another claim was seen, or this one was ended; false until the next renewal after
   * the machine was suspended. No request, never waits.
   */
  boolean isValid();

  /**
   * Whether it is known that this claim was lost because somebody took it away, and nobody took the
   * stage over: a renewal or an end found no claim, or this one released by somebody else. A clear
   * by force does that, and a release by force; after the lease has run out, any clear. Then nobody
   * should begin the stage again unasked. No request.
   */
  default boolean isRemoved() {
    return false;
  }

  /** What is left of the lease; zero or negative when it has run out. */
  Duration remaining();

  /** Sets a text for others to see; written with the next renewal. No request. */
  void progress(String text);

  /**
   * Renews now, for a full lease. 1 PUT.
   *
   * @throws ClaimLostException this worker no longer holds the stage
   * @throws StoreUnavailableException or another failure of the store: the claim holds as long as
   *     its last lease
   */
  void renew();

  /** As {@link #complete(SaveOptions)}, with nothing but what every checkpoint has. */
  default SaveResult complete() {
    return complete(SaveOptions.none());
  }

  /**
   * Renews the claim, then saves the checkpoint. The first completion wins: if another worker has
   * completed the stage before, its checkpoint stays, the result contains it, and the claim is
   * released. 2 PUT, and 1 more for the release.
   *
   * @throws ClaimLostException this worker no longer holds the stage; nothing was saved
   * @throws OutcomeUnknownException it is not known whether the checkpoint was saved, although it
   *     was sent again while the claim held
   * @throws CheckpointConflictException the stage was run again on purpose, and another checkpoint
   *     is current now
   */
  SaveResult complete(SaveOptions options);

  /**
   * Deletes the stage's checkpoint and releases the claim: the stage is no longer completed. For
   * callers that have undone its work. The claim is renewed first, so no other holder can have
   * completed the stage again. Of a claim that runs a stage again ({@link ClaimOptions#rerun}),
   * only the checkpoint that it names is deleted, where the store compares versions; elsewhere
   * whatever is current, also what a plain {@code replace} has just written. 2 PUT and 1
   * DeleteObjects.
   *
   * @throws ClaimLostException this worker no longer holds the stage; nothing was deleted
   * @throws CheckpointConflictException another checkpoint is current; nothing was deleted, and the
   *     claim still holds
   * @throws ClearIncompleteException the checkpoint is not known to be deleted; the claim still
   *     holds, try again
   */
  void withdraw();

  /**
   * Records that the attempt failed; others may try again. 1 PUT. Does nothing when the claim is
   * lost. A failure of the store is logged: the claim then ends with its lease, which counts as a
   * failure too. An interrupt is delivered after the write.
   *
   * @param cause of its description ({@link Throwable#toString}) the beginning is recorded
   */
  default void fail(Throwable cause) {
    fail(cause.toString());
  }

  /** As {@link #fail(Throwable)}; of the reason, shown to others, the beginning is recorded. */
  void fail(String reason);

  /** As {@link #failPermanently(String)}, with what {@link #fail(Throwable)} records. */
  default void failPermanently(Throwable cause) {
    failPermanently(cause.toString());
  }

  /**
   * As {@link #fail(String)}, and no worker tries again: the claim records its failures so far as
   * the limit, until the stage is cleared or the limit overridden ({@link
   * ClaimOptions#overridingMaxAttempts}). For a failure that every further attempt would repeat.
   */
  void failPermanently(String reason);

  /** Gives the stage up; no failure is counted. 1 PUT. As {@link #fail(Throwable)}. */
  void release();

  /** As {@link #release()}; of the reason, shown to others, the beginning is recorded. */
  void release(String reason);

  /**
   * Releases the claim unless it was ended or lost; if the outcome of its end is unknown, sends the
   * same bytes again. Idempotent.
   */
  @Override
  void close();
}
