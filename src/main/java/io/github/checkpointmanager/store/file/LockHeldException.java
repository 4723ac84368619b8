package io.github.checkpointmanager.store.file;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A level's lock was not to be had in time. */
final class LockHeldException extends IOException {
  private static final long serialVersionUID = 1L;

  LockHeldException(Path lock, Duration wait, String holder) {
    super(
        "the lock "
            + lock
            + " has been held for more than "
            + wait.toMillis() / 1000.0
            + " s by "
            + holder);
  }
}
