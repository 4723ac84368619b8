package io.github.checkpointmanager.internal.process;

/**
 * A task ended without an outcome of its own: its command could not be started, or was stopped with
 * the run. That is no attempt of its stage: the claim is released, and no failure counts.
 */
public final class NoAttemptException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean stopped;

  private NoAttemptException(String message, boolean stopped, Throwable cause) {
    super(message, cause);
    this.stopped = stopped;
  }

  /** A command could not be started. */
  public static NoAttemptException notStarted(String why, Throwable cause) {
    return new NoAttemptException(why, false, cause);
  }

  /** A command was told to stop, and has ended. */
  public static NoAttemptException stopped(String why, Throwable cause) {
    return new NoAttemptException(why, true, cause);
  }

  /** The message without the name of this class, which says nothing to a user. */
  @Override
  @SuppressWarnings("OverrideThrowableToString") // the message itself stays
  public String toString() {
    return String.valueOf(getMessage());
  }

  /** Whether its command had been started and was told to stop. */
  public boolean isStopped() {
    return stopped;
  }
}
