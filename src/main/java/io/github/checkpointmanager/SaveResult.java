package io.github.checkpointmanager;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a save ended. Immutable. */
public final class SaveResult {
  /** The three ends of a save that are no exception. */
  public enum Outcome {
    /** This call's checkpoint is the stage's. */
    SAVED,
    /** The stage had a checkpoint already, which stands unchanged. */
    ALREADY_SAVED,
    /** The store failed, and {@link FailureMode#BEST_EFFORT} was chosen. */
    NOT_SAVED
  }

  private final Outcome outcome;
  private final @Nullable Checkpoint checkpoint;
  private final @Nullable CheckpointException cause;

  private SaveResult(
      Outcome outcome, @Nullable Checkpoint checkpoint, @Nullable CheckpointException cause) {
    this.outcome = Objects.requireNonNull(outcome, "outcome");
    this.checkpoint = checkpoint;
    this.cause = cause;
  }

  static SaveResult saved(Checkpoint checkpoint) {
    return new SaveResult(Outcome.SAVED, checkpoint, null);
  }

  static SaveResult alreadySaved(Checkpoint checkpoint) {
    return new SaveResult(Outcome.ALREADY_SAVED, checkpoint, null);
  }

  static SaveResult notSaved(CheckpointException cause) {
    return new SaveResult(Outcome.NOT_SAVED, null, cause);
  }

  public Outcome outcome() {
    return outcome;
  }

  /** Whether this call's checkpoint is the stage's. */
  public boolean isSaved() {
    return outcome == Outcome.SAVED;
  }

  /** The stage's checkpoint, whoever wrote it; empty when it was not saved. */
  public Optional<Checkpoint> checkpoint() {
    return Optional.ofNullable(checkpoint);
  }

  /** Why it was not saved. */
  public Optional<CheckpointException> cause() {
    return Optional.ofNullable(cause);
  }

  @Override
  public String toString() {
    return "SaveResult[" + outcome + checkpoint().map(c -> ", " + c).orElse("") + "]";
  }
}
