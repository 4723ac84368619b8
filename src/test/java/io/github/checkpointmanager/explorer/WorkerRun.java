package io.github.checkpointmanager.explorer;

/**
 * One run of a worker's program, in a process of its own.
 *
 * @param worker the worker's number
 * @param number the run's number, from 0
 */
record WorkerRun(int worker, int number) {
  /** The run that drew a write id or an owner id. */
  static WorkerRun of(String id) {
    return new WorkerRun(
        Integer.parseInt(id.substring(0, 2), 16), Integer.parseInt(id.substring(2, 4), 16));
  }

  WorkerRun next() {
    return new WorkerRun(worker, number + 1);
  }

  @Override
  public String toString() {
    return "worker " + worker + (number == 0 ? "" : " (run " + (number + 1) + ")");
  }
}
