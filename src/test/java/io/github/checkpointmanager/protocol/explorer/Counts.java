package io.github.checkpointmanager.protocol.explorer;

/** What an exploration came to so far. */
final class Counts {
  private int runs;
  private long steps;
  private int states;

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
}
