package io.github.checkpointmanager.pipeline;

/**
 * An input or output cannot be identified. The message says what happened, why, and what to do. The
 * stage does not run, and does not count as unchanged.
 */
public final class InputException extends Exception {
  private static final long serialVersionUID = 1L;

  public InputException(String message, Throwable cause) {
    super(message, cause);
  }

  public InputException(String message) {
    super(message);
  }
}
