package io.github.checkpointmanager.internal.file;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Locks among the threads of this process, in addition to the lock of the file. That lock belongs
 * to the whole process: the JVM refuses to take it twice, and the system releases it as soon as any
 * descriptor of the file is closed. Thread-safe.
 */
final class ProcessLocks {
  /** The one of this process, as the locks of files are. */
  static final ProcessLocks SHARED = new ProcessLocks();

  private static final class Entry {
    final Semaphore permit = new Semaphore(1, true);
    int users;
  }

  private final Map<Object, Entry> entries = new HashMap<>();

  /**
   * Waits for the lock. An interrupt does not end the wait, which is short: the interrupt is meant
   * for the caller's task, and the write must not fail because of it.
   *
   * @param deadline of {@link System#nanoTime()}
   * @return whether it was taken; the caller then releases it
   */
  boolean tryAcquire(Object file, long deadline) {
    Entry entry = enter(file);
    boolean acquired = false;
    boolean interrupted = false;
    try {
      while (true) {
        try {
          acquired = entry.permit.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
          return acquired;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (!acquired) {
        leave(file, entry);
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  void release(Object file) {
    synchronized (entries) {
      Entry entry = entries.get(file);
      if (entry == null) {
        throw new IllegalMonitorStateException("not held: " + file);
      }
      entry.permit.release();
      leave(file, entry);
    }
  }

  private Entry enter(Object file) {
    synchronized (entries) {
      Entry entry = entries.computeIfAbsent(file, f -> new Entry());
      entry.users++;
      return entry;
    }
  }

  private void leave(Object file, Entry entry) {
    synchronized (entries) {
      if (--entry.users == 0) {
        entries.remove(file);
      }
    }
  }
}
