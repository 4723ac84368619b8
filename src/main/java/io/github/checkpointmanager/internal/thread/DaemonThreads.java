package io.github.checkpointmanager.internal.thread;

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
}
