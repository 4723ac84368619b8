package io.github.checkpointmanager.explorer;

/** A worker's own clocks at one moment, in milliseconds. */
record Clocks(long monotonic, long wall) {
  /** In place of clocks that the program did not read. */
  static final Clocks UNSEEN = new Clocks(Long.MIN_VALUE, Long.MIN_VALUE);
}
