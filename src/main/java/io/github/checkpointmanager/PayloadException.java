package io.github.checkpointmanager;

import org.jspecify.annotations.Nullable;

/**
 * A checkpoint has no payload where a value was expected, or one that cannot be decoded. The stage
 * is not run again of itself: clear it, or correct the codec.
 */
public final class PayloadException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  /** For stores, fakes and decorators of {@link CheckpointManager}. */
  public PayloadException(Details details, @Nullable Throwable cause) {
    super(Kind.PAYLOAD, details, cause);
  }
}
