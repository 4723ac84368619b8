package io.github.checkpointmanager;

import io.github.checkpointmanager.store.StoreException;
import org.jspecify.annotations.Nullable;

/** A name, size, location or argument was refused before anything was written. Correct it. */
public final class InvalidInputException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  /** For stores, fakes and decorators of {@link CheckpointManager}. */
  public InvalidInputException(Details details, @Nullable Throwable cause) {
    super(Kind.INVALID, details, cause);
  }

  /**
   * Whether a name or value was refused, for its size or form, which no other attempt to save the
   * same changes; false when a store refused its configuration.
   */
  public boolean isOfRecord() {
    return !(getCause() instanceof StoreException);
  }
}
