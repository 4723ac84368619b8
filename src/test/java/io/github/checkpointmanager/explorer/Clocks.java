package io.github.checkpointmanager.explorer;

/** A worker's own clocks at one moment, in milliseconds. */
record Clocks(long monotonic, long wall) {
  /** In place of clocks that nobody looked at. */
  static final Clocks UNSEEN = new Clocks(Long.MIN_VALUE, Long.MIN_VALUE);
}
