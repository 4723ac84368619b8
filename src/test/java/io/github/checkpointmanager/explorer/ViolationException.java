package io.github.checkpointmanager.explorer;

/** A rule does not hold. */
final class ViolationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ViolationException(String rule) {
    super(rule);
  }
}
