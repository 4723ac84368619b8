package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.cli.output.ExitCodes;

/** A stage's command ended with another status than 0. */
final class StageCommandException extends Exception {
  private static final long serialVersionUID = 1L;

  StageCommandException(int status) {
    super("its command " + ExitCodes.ending(status));
  }

  /** The message without the name of this class, which says nothing to a user. */
  @Override
  @SuppressWarnings("OverrideThrowableToString") // the message itself stays
  public String toString() {
    return String.valueOf(getMessage());
  }
}
