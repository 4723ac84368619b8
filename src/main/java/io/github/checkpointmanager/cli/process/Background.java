package io.github.checkpointmanager.cli.process;

import java.time.Duration;

/** Work that the end of the process does not wait for. */
public final class Background {
  private final Thread thread;

  private Background(Thread thread) {
    this.thread = thread;
  }

  public static Background start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return new Background(thread);
  }

  /** Waits for the end of the work; whether it came. */
  public boolean await(Duration longest) {
    try {
      thread.join(Math.max(1, longest.toMillis()));
    } catch (InterruptedException e) {
      // Nobody interrupts the command's threads; whoever does wants no waiting.
    }
    return !thread.isAlive();
  }
}
