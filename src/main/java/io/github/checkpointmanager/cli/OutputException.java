package io.github.checkpointmanager.cli;

import java.io.IOException;

/** Standard output could not be written. */
final class OutputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  OutputException(IOException cause) {
    super(cause);
    this.reason = Text.reason(cause);
  }

  String reason() {
    return reason;
  }

  /**
   * Whether the reader has gone. Java has no type for EPIPE; the text is that of the C library,
   * which the launcher's locale keeps English.
   */
  boolean isBrokenPipe() {
    return reason.contains("Broken pipe");
  }
}
