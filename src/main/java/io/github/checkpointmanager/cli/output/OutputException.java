package io.github.checkpointmanager.cli.output;

import java.io.IOException;

/** Standard output could not be written. */
public final class OutputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  OutputException(IOException cause) {
    super(cause);
    this.reason = Text.reason(cause);
  }

  public String reason() {
    return reason;
  }

  /**
   * Whether the reader has gone. Java has no type for EPIPE; the text is that of the C library,
   * which the launcher's locale keeps English.
   */
  public boolean isBrokenPipe() {
    return reason.contains("Broken pipe");
  }
}
