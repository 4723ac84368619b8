package io.github.checkpointmanager;

import org.jspecify.annotations.Nullable;

/**
 * The stage's task has succeeded, but its checkpoint was not saved. The task's result is here, so
 * that the work is not lost; {@link #getCause()} says why. Save it later, or run the stage again.
 */
public final class StageNotSavedException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Object result;

  /** For stores, fakes and decorators of {@link CheckpointManager}. */
  public StageNotSavedException(Details details, Throwable cause, @Nullable Object result) {
    super(Kind.NOT_SAVED, details, cause);
    this.result = result;
  }

  /** What the task returned; null without a value, or when this exception came over the wire. */
  public @Nullable Object result() {
    return result;
  }

  /** Whether a write was sent whose outcome is not known. */
  public boolean isOutcomeUnknown() {
    return getCause() instanceof OutcomeUnknownException;
  }
}
