package io.github.checkpointmanager;

import org.jspecify.annotations.Nullable;

/** A name, size, location or argument was refused before anything was written. Correct it. */
public final class InvalidInputException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  /** For stores, fakes and decorators of {@link CheckpointManager}. */
  public InvalidInputException(Details details, @Nullable Throwable cause) {
    super(Kind.INVALID, details, cause);
  }
}
