package io.github.checkpointmanager.store.file;

import java.io.IOException;

/** A write is visible, and was not confirmed to be durable. */
final class UnconfirmedException extends IOException {
  private static final long serialVersionUID = 1L;

  UnconfirmedException(IOException cause) {
    super(cause.getMessage(), cause);
  }
}
