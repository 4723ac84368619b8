package io.github.checkpointmanager;

import java.util.Objects;
import java.util.Optional;

/**
 * How a save ended. Immutable.
 *
 * @param outcome the outcome
 * @param checkpoint the stage's current checkpoint, from any writer; empty when it was not saved
 * @param cause why it was not saved
 */
public record SaveResult(
    Outcome outcome, Optional<Checkpoint> checkpoint, Optional<CheckpointException> cause) {
  /** The outcomes of a save that are no exception. */
  public enum Outcome {
    /** This call's checkpoint is the stage's. */
    SAVED,
    /** The stage already had a checkpoint, which is unchanged. */
    ALREADY_SAVED,
    /** The store failed, and {@link FailureMode#BEST_EFFORT} was chosen. */
    NOT_SAVED
  }

  public SaveResult {
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(checkpoint, "checkpoint");
    Objects.requireNonNull(cause, "cause");
  }

  /** This call has saved the checkpoint. */
  public static SaveResult saved(Checkpoint checkpoint) {
    return new SaveResult(Outcome.SAVED, Optional.of(checkpoint), Optional.empty());
  }

  /** The stage already had this checkpoint. */
  public static SaveResult alreadySaved(Checkpoint checkpoint) {
    return new SaveResult(Outcome.ALREADY_SAVED, Optional.of(checkpoint), Optional.empty());
  }

  /** Nothing is known to be saved, for this reason. */
  public static SaveResult notSaved(CheckpointException cause) {
    return new SaveResult(Outcome.NOT_SAVED, Optional.empty(), Optional.of(cause));
  }

  /** Whether this call's checkpoint is the stage's. */
  public boolean isSaved() {
    return outcome == Outcome.SAVED;
  }

  @Override
  public String toString() {
    return "SaveResult[" + outcome + checkpoint.map(c -> ", " + c).orElse("") + "]";
  }
}
