package io.github.checkpointmanager.internal.process;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Runs an action on several threads that begin at the same moment. Stateless. */
public final class Race {
  private Race() {}

  /** What one of the threads does. */
  @FunctionalInterface
  public interface Racer<T> {
    T run(int number) throws Exception;
  }

  /**
   * Waits for all racers.
   *
   * @param racer gets its number, from 0
   * @return what each racer returned, in the order of their numbers
   * @throws ExecutionException when a racer threw
   */
  public static <T> List<T> run(int racers, Racer<T> racer)
      throws InterruptedException, ExecutionException {
    var start = new CyclicBarrier(racers);
    ExecutorService threads = Executors.newFixedThreadPool(racers);
    try {
      List<Callable<T>> calls =
          IntStream.range(0, racers)
              .<Callable<T>>mapToObj(
                  number ->
                      () -> {
                        start.await();
                        return racer.run(number);
                      })
              .toList();
      List<T> results = new ArrayList<>();
      for (Future<T> call : threads.invokeAll(calls)) {
        results.add(call.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }
}
