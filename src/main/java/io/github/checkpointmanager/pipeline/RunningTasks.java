package io.github.checkpointmanager.pipeline;

import java.util.HashSet;
import java.util.Set;

/** The tasks that run now, and whether the run is to end. Thread-safe. */
final class RunningTasks {
  private final Set<TaskRun> running = new HashSet<>(); // guarded by this
  private boolean stopping; // guarded by this

  /** Adds a task; one that comes after the end is cancelled at once. */
  synchronized void add(TaskRun task) {
    running.add(task);
    if (stopping) {
      task.cancel();
    }
  }

  synchronized void remove(TaskRun task) {
    running.remove(task);
  }

  /** Cancels what runs, and what comes. */
  synchronized void stop() {
    stopping = true;
    running.forEach(TaskRun::cancel);
  }

  synchronized boolean isStopping() {
    return stopping;
  }
}
