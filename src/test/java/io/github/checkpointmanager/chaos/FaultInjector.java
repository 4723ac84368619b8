package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.testing.PendingExchange;
import io.github.checkpointmanager.testing.ProxiedResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Lets mishaps befall one worker. Thread-safe. */
final class FaultInjector {
  /**
   * From a little beyond a lease of 5 s, so that nobody has taken over yet, to far beyond its
   * margin too, so that the successor has finished.
   */
  private static final Duration SHORTEST = Duration.ofMillis(5_500);

  private static final Duration LONGEST = Duration.ofSeconds(12);

  private final WorkerProcess worker;
  private final Random random;
  private final ScheduledExecutorService timer;

  FaultInjector(WorkerProcess worker, Random random, ScheduledExecutorService timer) {
    this.worker = worker;
    this.random = random;
    this.timer = timer;
  }

  boolean isCutOff() {
    return worker.isCutOff();
  }

  boolean canHappen(InjectedFault mishap) {
    return mishap != InjectedFault.CLOCK_JUMP || worker.clock().isPresent();
  }

  /** In the middle of a request. */
  void happen(InjectedFault mishap, PendingExchange exchange)
      throws IOException, InterruptedException {
    switch (mishap) {
      case KILL_IN_CLAIM, KILL_IN_SAVE -> {
        worker.kill();
        TimeUnit.MILLISECONDS.sleep(random.nextInt(3_000));
        exchange.forward();
        exchange.hangUp();
      }
      case STOP_IN_CLAIM, STOP_IN_RENEWAL, STOP_BEFORE_SAVE -> stopAround(exchange, false);
      case STOP_AFTER_SAVE -> stopAround(exchange, true);
      case KILL_IN_TASK, STOP_IN_TASK, CUT_OFF, CLOCK_JUMP ->
          throw new IllegalArgumentException(mishap.name());
    }
  }

  private void stopAround(PendingExchange exchange, boolean forwardFirst)
      throws IOException, InterruptedException {
    ProxiedResponse reply;
    worker.stop();
    try {
      if (forwardFirst) {
        reply = exchange.forward();
        TimeUnit.MILLISECONDS.sleep(longMillis());
      } else {
        TimeUnit.MILLISECONDS.sleep(longMillis());
        reply = exchange.forward();
      }
    } finally {
      worker.resume();
    }
    exchange.answer(reply);
  }

  /** In the course of the task that now begins. */
  void happenSoon(InjectedFault mishap) {
    after(random.nextInt(300), () -> happen(mishap));
  }

  private void happen(InjectedFault mishap) {
    switch (mishap) {
      case KILL_IN_TASK -> worker.kill();
      case STOP_IN_TASK -> {
        worker.stop();
        after(longMillis(), worker::resume);
      }
      case CUT_OFF -> worker.cutOff(TimeUnit.MILLISECONDS.toNanos(longMillis()));
      case CLOCK_JUMP ->
          worker
              .clock()
              .orElseThrow()
              .set((random.nextBoolean() ? "+" : "-") + random.nextInt(2, 6) + "h");
      default -> throw new IllegalArgumentException(mishap.name());
    }
  }

  private int longMillis() {
    return random.nextInt((int) SHORTEST.toMillis(), (int) LONGEST.toMillis());
  }

  private void after(int millis, Runnable action) {
    ScheduledFuture<?> unused = timer.schedule(action, millis, TimeUnit.MILLISECONDS);
  }
}
