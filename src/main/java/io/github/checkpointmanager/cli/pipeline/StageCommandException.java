package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.cli.output.ExitCodes;

/** A stage's command ended with another status than 0. */
final class StageCommandException extends Exception {
  private static final long serialVersionUID = 1L;

  StageCommandException(int status) {
    super(
        "its command ended with status "
            + status
            + (status > ExitCodes.SIGNAL_BASE
                ? " (signal " + (status - ExitCodes.SIGNAL_BASE) + ")"
                : ""));
  }

  /** The message alone, which is what a user needs. */
  @Override
  public String toString() {
    return String.valueOf(getMessage());
  }
}
