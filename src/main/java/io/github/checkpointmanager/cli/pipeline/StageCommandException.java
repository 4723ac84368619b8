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

  /** The message alone: records and reports show it, and the name of this class says nothing. */
  @Override
  public String toString() {
    return String.valueOf(getMessage());
  }
}
