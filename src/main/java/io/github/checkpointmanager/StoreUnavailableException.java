package io.github.checkpointmanager;

import org.jspecify.annotations.Nullable;

/** The store did not answer, or not with a valid answer. Nothing was written; try again later. */
public final class StoreUnavailableException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  /** For stores, fakes and decorators of {@link CheckpointManager}. */
  public StoreUnavailableException(Details details, @Nullable Throwable cause) {
    super(Kind.UNAVAILABLE, details, cause);
  }
}
