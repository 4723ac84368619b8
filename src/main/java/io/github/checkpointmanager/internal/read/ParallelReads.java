package io.github.checkpointmanager.internal.read;

import io.github.checkpointmanager.internal.process.DaemonThreads;
import io.github.checkpointmanager.store.StoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Makes so many requests at once, on threads that live as long as the call. Thread-safe. */
public record ParallelReads(int parallelism) {
  /**
   * Applies a function to every element.
   *
   * @return the results, in the order of the input
   * @throws RuntimeException the first failure in that order; no further requests are begun, those
   *     under way are interrupted and not waited for
   * @throws StoreException {@code UNAVAILABLE} when the calling thread is interrupted; its
   *     interrupt flag is set again
   */
  public <A, B> List<B> map(Collection<A> inputs, Function<A, B> function) {
    if (inputs.size() < 2 || parallelism == 1) {
      return inputs.stream().map(function).toList();
    }
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(parallelism, inputs.size()), DaemonThreads.named("checkpoint-read"));
    try {
      List<Future<B>> futures = new ArrayList<>(inputs.size());
      for (A input : inputs) {
        Callable<B> call = () -> function.apply(input);
        futures.add(threads.submit(call));
      }
      List<B> results = new ArrayList<>(inputs.size());
      for (Future<B> future : futures) {
        results.add(await(future));
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private static <B> B await(Future<B> future) {
    try {
      if (Thread.interrupted()) {
        throw new InterruptedException(); // get() does not look when the result is there already
      }
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE,
          "Reading was given up",
          "the thread was interrupted",
          "Read again",
          e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
