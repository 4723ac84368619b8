package io.github.checkpointmanager;

import org.jspecify.annotations.Nullable;

/** The bucket, directory or database does not exist. Create it, or correct the location. */
public final class StoreNotFoundException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  /** For stores, fakes and decorators of {@link CheckpointManager}. */
  public StoreNotFoundException(Details details, @Nullable Throwable cause) {
    super(Kind.NOT_FOUND, details, cause);
  }
}
