package io.github.checkpointmanager;

import org.jspecify.annotations.Nullable;

/** The server cannot do what is needed: conditional writes, above all. Use another server. */
public final class UnsupportedStoreException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  /** For stores, fakes and decorators of {@link CheckpointManager}. */
  public UnsupportedStoreException(Details details, @Nullable Throwable cause) {
    super(Kind.UNSUPPORTED, details, cause);
  }
}
