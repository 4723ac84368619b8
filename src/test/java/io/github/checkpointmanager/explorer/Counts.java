package io.github.checkpointmanager.explorer;

/** How much an exploration has done so far. */
final class Counts {
  private int runs;
  private long steps;
  private int states;
  private int valid;

  int nextRun() {
    return runs++;
  }

  void step() {
    steps++;
  }

  void state() {
    states++;
  }

  int runs() {
    return runs;
  }

  long steps() {
    return steps;
  }

  int states() {
    return states;
  }

  void validClaim() {
    valid++;
  }

  /** How many states had a valid claim. */
  int valid() {
    return valid;
  }
}
