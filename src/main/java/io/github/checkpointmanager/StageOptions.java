package io.github.checkpointmanager;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a stage is executed by one worker at a time. Immutable: every method with a parameter returns
 * a changed copy.
 *
 * @param claim how the stage is claimed
 * @param longestWait how long to wait for another worker's result: zero not to wait, empty for no
 *     limit
 * @param saving what is saved with the checkpoint, besides the stage's value
 */
public record StageOptions(ClaimOptions claim, Optional<Duration> longestWait, SaveOptions saving) {
  /** How long a worker waits for another's result by default: an hour. */
  public static final Duration DEFAULT_WAIT = Duration.ofHours(1);

  public StageOptions {
    Objects.requireNonNull(claim, "claim");
    Objects.requireNonNull(longestWait, "longestWait");
    Objects.requireNonNull(saving, "saving");
  }

  /** One worker at a time; the others wait for its result, for {@link #DEFAULT_WAIT} at most. */
  public static StageOptions exclusive(Duration lease) {
    return exclusive(ClaimOptions.lease(lease));
  }

  /** As {@link #exclusive(Duration)}, with all options of a claim. */
  public static StageOptions exclusive(ClaimOptions claim) {
    return new StageOptions(claim, Optional.of(DEFAULT_WAIT), SaveOptions.none());
  }

  /** The task begins once at most, as {@link ClaimOptions#atMostOnce()} says. */
  public StageOptions atMostOnce() {
    return new StageOptions(claim.atMostOnce(), longestWait, saving);
  }

  /** Waits at most this long for another's result, then throws {@link StageBusyException}. */
  public StageOptions waitAtMost(Duration longest) {
    return new StageOptions(claim, Optional.of(longest), saving);
  }

  /** Waits for another's result as long as its worker lives. */
  public StageOptions waitWithoutLimit() {
    return new StageOptions(claim, Optional.empty(), saving);
  }

  /**
   * Throws {@link StageBusyException} at once instead of waiting for another worker's result. Where
   * the store's time is not known, only after the claim was watched unchanged, for this worker's
   * lease and margin at most: otherwise a dead worker would keep the stage.
   */
  public StageOptions failWhenBusy() {
    return new StageOptions(claim, Optional.of(Duration.ZERO), saving);
  }

  /** Sets what is saved with the checkpoint, besides the stage's value. */
  public StageOptions saving(SaveOptions options) {
    return new StageOptions(claim, longestWait, options);
  }

  /** Whether to wait for another worker's result. */
  public boolean waits() {
    return !longestWait.equals(Optional.of(Duration.ZERO));
  }
}
