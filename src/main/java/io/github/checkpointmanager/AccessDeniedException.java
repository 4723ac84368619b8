package io.github.checkpointmanager;

import org.jspecify.annotations.Nullable;

/** The store refused access. Fix the permission or the credentials that the message names. */
public final class AccessDeniedException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  /** For stores, fakes and decorators of {@link CheckpointManager}. */
  public AccessDeniedException(Details details, @Nullable Throwable cause) {
    super(Kind.DENIED, details, cause);
  }
}
