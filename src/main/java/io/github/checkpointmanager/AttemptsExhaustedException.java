package io.github.checkpointmanager;

import org.jspecify.annotations.Nullable;

/** The stage has failed as often as allowed. Fix the cause, then clear it or allow more. */
public final class AttemptsExhaustedException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  private final long failures;

  /** For stores, fakes and decorators of {@link CheckpointManager}. */
  public AttemptsExhaustedException(Details details, @Nullable Throwable cause, long failures) {
    super(Kind.ATTEMPTS_EXHAUSTED, details, cause);
    this.failures = failures;
  }

  /** How often the stage has failed, expired leases included. */
  public long failures() {
    return failures;
  }
}
