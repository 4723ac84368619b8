package io.github.checkpointmanager.cli;

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
}
