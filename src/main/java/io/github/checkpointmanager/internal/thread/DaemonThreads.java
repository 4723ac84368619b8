package io.github.checkpointmanager.internal.thread;

import java.util.concurrent.ThreadFactory;

/** Makes threads that the end of the JVM does not wait for. Stateless. */
public final class DaemonThreads {
  private DaemonThreads() {}

  /** Returns a factory of threads that all have this name. */
  public static ThreadFactory named(String name) {
    return work -> {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
