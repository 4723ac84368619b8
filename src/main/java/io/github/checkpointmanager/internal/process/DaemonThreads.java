package io.github.checkpointmanager.internal.process;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes threads that the end of the JVM does not wait for. Thread-safe. */
public final class DaemonThreads {
  private DaemonThreads() {}

  /** Returns a factory of threads that all have this name. */
  public static ThreadFactory named(String name) {
    return work -> daemon(work, name);
  }

  /** Returns a factory of threads named {@code name-1}, {@code name-2} and so on. */
  public static ThreadFactory numbered(String name) {
    AtomicInteger number = new AtomicInteger();
    return work -> daemon(work, name + "-" + number.incrementAndGet());
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Starts the work in a thread of its own. */
  public static Thread start(String name, Runnable work) {
    Thread thread = daemon(work, name);
    thread.start();
    return thread;
  }

  /** Waits for the end of a thread, or for an interrupt; returns whether the thread has ended. */
  public static boolean await(Thread thread, Duration longest) {
    try {
      thread.join(Math.max(1, longest.toMillis()));
    } catch (InterruptedException e) {
      // The command's threads are never interrupted; an interrupt would mean "do not wait".
    }
    return !thread.isAlive();
  }
}
