package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.testing.PendingExchange;
import io.github.checkpointmanager.testing.ProxiedResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Injects faults into one worker. Thread-safe. */
final class FaultInjector {
  /**
   * From a little beyond a lease of 5 s, when no worker has taken over yet, to far beyond its
   * margin too, when the successor has finished.
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

  boolean canInject(InjectedFault fault) {
    return fault != InjectedFault.CLOCK_JUMP || worker.clock().isPresent();
  }

  /** Injects a fault in the middle of a request. */
  void inject(InjectedFault fault, PendingExchange exchange)
      throws IOException, InterruptedException {
    switch (fault) {
      case KILL_IN_CLAIM, KILL_IN_SAVE -> {
        worker.kill();
        TimeUnit.MILLISECONDS.sleep(random.nextInt(3_000));
        exchange.forward();
        exchange.hangUp();
      }
      case STOP_IN_CLAIM, STOP_IN_RENEWAL, STOP_BEFORE_SAVE -> stopAround(exchange, false);
      case STOP_AFTER_SAVE -> stopAround(exchange, true);
      case KILL_IN_TASK, STOP_IN_TASK, CUT_OFF, CLOCK_JUMP ->
          throw new IllegalArgumentException(fault.name());
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

  /** Injects a fault during the task that now begins. */
  void injectSoon(InjectedFault fault) {
    after(random.nextInt(300), () -> inject(fault));
  }

  private void inject(InjectedFault fault) {
    switch (fault) {
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
      default -> throw new IllegalArgumentException(fault.name());
    }
  }

  private int longMillis() {
    return random.nextInt((int) SHORTEST.toMillis(), (int) LONGEST.toMillis());
  }

  private void after(int millis, Runnable action) {
    ScheduledFuture<?> unused = timer.schedule(action, millis, TimeUnit.MILLISECONDS);
  }
}
