package io.github.checkpointmanager;

import org.jspecify.annotations.Nullable;

/**
 * The current record can be neither counted nor replaced: this version cannot read it (a newer
 * format, no key), or it belongs to another stage. The message says which, and what to do.
 */
public final class CheckpointDamagedException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  /** For stores, fakes and decorators of {@link CheckpointManager}. */
  public CheckpointDamagedException(Details details, @Nullable Throwable cause) {
    super(Kind.DAMAGED, details, cause);
  }
}
