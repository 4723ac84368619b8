package io.github.checkpointmanager;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a stage is executed by one worker at a time. Immutable: every method gives a changed copy.
 */
public final class StageOptions {
  private final ClaimOptions claim;
  private final boolean waiting;
  private final @Nullable Duration longestWait;
  private final SaveOptions saving;

  private StageOptions(
      ClaimOptions claim, boolean waiting, @Nullable Duration longestWait, SaveOptions saving) {
    this.claim = claim;
    this.waiting = waiting;
    this.longestWait = longestWait;
    this.saving = saving;
  }

  /** One worker at a time; the others wait for its result, without limit. */
  public static StageOptions exclusive(Duration lease) {
    return exclusive(ClaimOptions.lease(lease));
  }

  /** As {@link #exclusive(Duration)}, with all that can be said of a claim. */
  public static StageOptions exclusive(ClaimOptions claim) {
    return new StageOptions(claim, true, null, SaveOptions.none());
  }

  /** Waits for another worker's result no longer than this, then {@link StageBusyException}. */
  public StageOptions waitAtMost(Duration longest) {
    return new StageOptions(claim, true, Objects.requireNonNull(longest, "longest"), saving);
  }

  /** Does not wait for another worker's result: {@link StageBusyException} at once. */
  public StageOptions failWhenBusy() {
    return new StageOptions(claim, false, null, saving);
  }

  /** What is saved with the checkpoint, besides the stage's value. */
  public StageOptions saving(SaveOptions options) {
    return new StageOptions(claim, waiting, longestWait, options);
  }

  ClaimOptions claim() {
    return claim;
  }

  boolean waiting() {
    return waiting;
  }

  Optional<Duration> longestWait() {
    return Optional.ofNullable(longestWait);
  }

  SaveOptions saving() {
    return saving;
  }
}
