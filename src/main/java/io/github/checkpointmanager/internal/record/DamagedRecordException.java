package io.github.checkpointmanager.internal.record;

/** Leaves the parser at the first thing that is wrong; never leaves this package. */
final class DamagedRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The reason, as {@link Decoded.Damaged} has it; no stack trace, as it is an answer. */
  DamagedRecordException(String reason) {
    super(reason, null, false, false);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
