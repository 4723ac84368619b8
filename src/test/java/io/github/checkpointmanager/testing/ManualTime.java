package io.github.checkpointmanager.testing;

import io.github.checkpointmanager.internal.time.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Time that passes when a test says so, and when somebody waits: the store's clock, and the clocks
 * of any number of machines, which may be suspended or set wrong. Thread-safe.
 */
public final class ManualTime implements InstantSource {
  public static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  private Instant now = NOON;
  private final List<Machine> machines = new ArrayList<>();

  /** The store's clock. */
  @Override
  public synchronized Instant instant() {
    return now;
  }

  /** A machine whose clocks are right. */
  public synchronized Machine machine() {
    Machine machine = new Machine();
    machines.add(machine);
    return machine;
  }

  /** Lets time pass for the store and all machines. */
  public synchronized void pass(Duration duration) {
    now = now.plus(duration);
    machines.forEach(machine -> machine.advance(duration, duration));
  }

  /** One machine's clocks. */
  public final class Machine implements Timing {
    private long nanos;
    private long wallMillis = NOON.toEpochMilli();
    private final Deque<Runnable> meanwhile = new ArrayDeque<>();
    private final List<Duration> sleeps = new ArrayList<>();

    private Machine() {}

    private void advance(Duration awake, Duration wall) {
      nanos += awake.toNanos();
      wallMillis += wall.toMillis();
    }

    /** Time passes for everybody else; this machine's monotonic clock stands still. */
    public void suspend(Duration duration) {
      synchronized (ManualTime.this) {
        pass(duration);
        nanos -= duration.toNanos();
      }
    }

    /** Somebody sets the wall clock. */
    public void stepWall(Duration step) {
      synchronized (ManualTime.this) {
        wallMillis += step.toMillis();
      }
    }

    /** What others do while this machine waits: the first during its next wait, and so on. */
    public void meanwhile(Runnable... actions) {
      synchronized (ManualTime.this) {
        meanwhile.addAll(List.of(actions));
      }
    }

    /** How long each wait was. */
    public List<Duration> sleeps() {
      synchronized (ManualTime.this) {
        return List.copyOf(sleeps);
      }
    }

    @Override
    public long nanoTime() {
      synchronized (ManualTime.this) {
        return nanos;
      }
    }

    @Override
    public long wallMillis() {
      synchronized (ManualTime.this) {
        return wallMillis;
      }
    }

    /** Time passes at once. */
    @Override
    public void sleep(Duration duration) throws InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      Runnable action;
      synchronized (ManualTime.this) {
        sleeps.add(duration);
        pass(duration);
        action = meanwhile.poll();
      }
      if (action != null) {
        action.run();
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }

    @Override
    public double random() {
      return 0.5;
    }
  }
}
