package io.github.checkpointmanager.explorer;

/**
 * Unwinds a worker at the first call whose answer is not decided yet; it is run again when it is.
 * An error, so that nobody takes it for a failure of the store.
 */
final class Blocked extends Error {
  private static final long serialVersionUID = 1L;

  Blocked() {
    super(null, null, false, false);
  }
}
