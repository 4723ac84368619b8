package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.StageContext;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a claim again and again, on a thread of its own, whether it is valid: from the beginning of
 * the task until the call has ended, so during completion and release too.
 */
final class Validation {
  private static final long PAUSE_MILLIS = 30;

  private final Journal journal;
  private volatile @Nullable StageContext context;

  Validation(Journal journal) {
    this.journal = journal;
    Thread thread = new Thread(this::run, "validation");
    thread.setDaemon(true);
    thread.start();
  }

  void begin(StageContext next) {
    context = next;
  }

  void end() {
    context = null;
  }

  private void run() {
    try {
      while (true) {
        StageContext current = context;
        if (current != null) {
          ask(current);
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask(StageContext current) {
    long before = System.nanoTime();
    WorkerEvent.Kind answer = current.isValid() ? WorkerEvent.Kind.VALID : WorkerEvent.Kind.INVALID;
    journal.write(answer, before, current.stage(), current.attempt(), current.fencingToken(), "");
  }
}
