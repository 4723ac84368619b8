package io.github.checkpointmanager;

import org.jspecify.annotations.Nullable;

/**
 * The claim is no longer this worker's: its lease ran out unrenewed, another worker took the stage
 * over, or it was cleared or released by force. Nothing was saved. Stop working on the stage;
 * another worker may have begun.
 */
public final class ClaimLostException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  /** For stores, fakes and decorators of {@link CheckpointManager}. */
  public ClaimLostException(Details details, @Nullable Throwable cause) {
    super(Kind.CLAIM_LOST, details, cause);
  }
}
