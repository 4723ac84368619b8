package io.github.checkpointmanager.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that do the same at once. */
public final class Racers {
  private Racers() {}

  /** What one of the threads does. */
  public interface Racer<T> {
    T run(int index) throws Exception;
  }

  /**
   * Runs n tasks, each on a thread of its own; all wait until the last of them is ready.
   *
   * @return their results, in order
   */
  public static <T> List<T> race(int n, Racer<T> racer) throws Exception {
    CyclicBarrier start = new CyclicBarrier(n);
    List<Callable<T>> tasks = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int index = i;
      tasks.add(
          () -> {
            start.await();
            return racer.run(index);
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(n);
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> each : threads.invokeAll(tasks)) {
        results.add(each.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }
}
