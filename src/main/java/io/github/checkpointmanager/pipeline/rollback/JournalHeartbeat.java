package io.github.checkpointmanager.pipeline.rollback;

import io.github.checkpointmanager.CheckpointConflictException;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.internal.process.DaemonThreads;
import java.time.Duration;

/**
 * Renews the journal of a rollback every third of its lease, and four times as often after a
 * failure, on a thread of its own, until it is closed or another rollback has taken the journal
 * over. Then the next line of this one fails. Thread-safe.
 */
final class JournalHeartbeat implements AutoCloseable {
  private final JournalFile file;
  private final Duration lease;
  private boolean closed; // guarded by this

  private JournalHeartbeat(JournalFile file, Duration lease) {
    this.file = file;
    this.lease = lease;
  }

  static JournalHeartbeat start(JournalFile file, Duration lease) {
    JournalHeartbeat heartbeat = new JournalHeartbeat(file, lease);
    DaemonThreads.start("checkpoint-rollback", heartbeat::beat);
    return heartbeat;
  }

  private void beat() {
    Duration pause = lease.dividedBy(3);
    while (isOpenAfter(pause)) {
      try {
        file.renew();
        pause = lease.dividedBy(3);
      } catch (CheckpointConflictException e) {
        return;
      } catch (CheckpointException e) {
        pause = lease.dividedBy(12);
      }
    }
  }

  private synchronized boolean isOpenAfter(Duration pause) {
    long end = System.nanoTime() + pause.toNanos();
    long left = pause.toNanos();
    while (!closed && left > 0) {
      try {
        wait(left / 1_000_000 + 1);
      } catch (InterruptedException e) {
        return false; // nobody interrupts this thread
      }
      left = end - System.nanoTime();
    }
    return !closed;
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
