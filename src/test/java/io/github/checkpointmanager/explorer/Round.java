package io.github.checkpointmanager.explorer;

/**
 * One run of a worker's program, in a process of its own.
 *
 * @param worker who
 * @param number the how manieth run, from 0
 */
record Round(int worker, int number) {
  /** Who drew a write id or owner. */
  static Round of(String id) {
    return new Round(
        Integer.parseInt(id.substring(0, 2), 16), Integer.parseInt(id.substring(2, 4), 16));
  }

  Round next() {
    return new Round(worker, number + 1);
  }

  @Override
  public String toString() {
    return "worker " + worker + (number == 0 ? "" : " (run " + (number + 1) + ")");
  }
}
