package io.github.checkpointmanager.internal.pipeline.run;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Runs turns: on the caller's executor, or on threads of this run that end with it. */
final class Workers implements AutoCloseable {
  private final @Nullable Executor callers;
  private final int atOnce;
  private @Nullable ExecutorService own;

  /**
   * @param callers the caller's executor, never shut down; null for threads of this run
   * @param atOnce how many turns run at once, at most
   */
  Workers(@Nullable Executor callers, int atOnce) {
    this.callers = callers;
    this.atOnce = atOnce;
  }

  int atOnce() {
    return atOnce;
  }

  /**
   * Starts a turn.
   *
   * @throws java.util.concurrent.RejectedExecutionException by the caller's executor
   */
  void begin(Runnable turn) {
    if (callers != null) {
      callers.execute(turn);
      return;
    }
    if (own == null) {
      own = Executors.newFixedThreadPool(atOnce, named());
    }
    own.execute(turn);
  }

  private static java.util.concurrent.ThreadFactory named() {
    AtomicInteger number = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, "checkpoint-stage-" + number.incrementAndGet());
      thread.setDaemon(true); // the run waits for them; a failed run must not keep the JVM alive
      return thread;
    };
  }

  @Override
  public void close() {
    if (own != null) {
      own.shutdown();
    }
  }
}
