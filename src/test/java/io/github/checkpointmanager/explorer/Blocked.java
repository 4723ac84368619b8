package io.github.checkpointmanager.explorer;

/**
 * Unwinds a worker at the first call that has no answer yet; the explorer runs the worker again
 * when there is one. An error, so that no code under test handles it as a failure of the store.
 */
final class Blocked extends Error {
  private static final long serialVersionUID = 1L;

  Blocked() {
    super(null, null, false, false);
  }
}
