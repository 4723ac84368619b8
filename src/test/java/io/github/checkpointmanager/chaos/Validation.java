package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.StageContext;
import io.github.checkpointmanager.pipeline.TaskContext;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a claim again and again, on a thread of its own, whether it is valid: from the beginning of
 * the task until the call has ended, so during completion and release too.
 */
final class Validation {
  private static final long PAUSE_MILLIS = 30;

  private final Journal journal;
  private volatile @Nullable Holding holding;

  Validation(Journal journal) {
    this.journal = journal;
    Thread thread = new Thread(this::run, "validation");
    thread.setDaemon(true);
    thread.start();
  }

  /** A claim that is asked. */
  private record Holding(String stage, long attempt, long token, BooleanSupplier valid) {}

  void begin(StageContext next) {
    holding = new Holding(next.stage(), next.attempt(), next.fencingToken(), next::isValid);
  }

  /** A task or a compensation with a claim. */
  void begin(TaskContext next) {
    holding =
        new Holding(next.stage(), next.attempt(), next.fencingToken().orElseThrow(), next::isValid);
  }

  void begin(Claim next) {
    holding = new Holding(next.stage(), next.attempt(), next.fencingToken(), next::isValid);
  }

  void end() {
    holding = null;
  }

  private void run() {
    try {
      while (true) {
        Holding current = holding;
        if (current != null) {
          ask(current);
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask(Holding held) {
    long before = System.nanoTime();
    WorkerEvent.Kind answer =
        held.valid().getAsBoolean() ? WorkerEvent.Kind.VALID : WorkerEvent.Kind.INVALID;
    journal.write(answer, before, held.stage(), held.attempt(), held.token(), "");
  }
}
