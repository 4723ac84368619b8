package io.github.checkpointmanager.cli.process;

import java.time.Duration;

/** Work in a daemon thread, which does not keep the process alive. */
public final class Background {
  private final Thread thread;

  private Background(Thread thread) {
    this.thread = thread;
  }

  /** Starts the work in a thread of its own. */
  public static Background start(String name, Runnable work) {
    Thread thread = thread(name, work);
    thread.start();
    return new Background(thread);
  }

  /** A daemon thread that is not started. */
  public static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Waits for the end of the work, and returns whether it has ended. */
  public boolean await(Duration longest) {
    try {
      thread.join(Math.max(1, longest.toMillis()));
    } catch (InterruptedException e) {
      // The command's threads are never interrupted; an interrupt would mean "do not wait".
    }
    return !thread.isAlive();
  }
}
