package io.github.checkpointmanager.internal.pipeline.run;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.pipeline.InputSource;
import io.github.checkpointmanager.pipeline.PlanOptions;
import io.github.checkpointmanager.pipeline.RunListener;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a runner. Immutable, its parts thread-safe.
 *
 * @param options how the run decides which stages run
 * @param parallelism how many stages are under way at once, at most
 * @param executor where tasks run; null for threads of the run's own
 * @param claim null when the run does not claim
 * @param sources identify inputs and outputs, before local files
 * @param resumeCommand the command that resumes an incomplete run; null for a sentence
 * @param recordsDeclaration whether the declaration is recorded in the location
 * @param timing how the run waits between two tries
 */
public record RunSettings(
    CheckpointManager checkpoints,
    PlanOptions options,
    int parallelism,
    @Nullable Executor executor,
    @Nullable ClaimOptions claim,
    List<InputSource> sources,
    RunListener listener,
    @Nullable String resumeCommand,
    boolean recordsDeclaration,
    Timing timing) {
  public RunSettings {
    sources = List.copyOf(sources);
  }

  String howToResume(String pipeline) {
    return resumeCommand == null
        ? "Run the pipeline " + LogSafe.quoted(pipeline) + " again: completed stages are skipped."
        : resumeCommand;
  }

  /** Runs turns: on the caller's executor, or on threads of this run that end with it. */
  static final class Workers implements AutoCloseable {
    private final @Nullable Executor callers;
    private final int atOnce;
    private @Nullable ExecutorService own;

    /**
     * @param callers the caller's executor, never shut down; null for threads of this run
     * @param atOnce how many turns run at once, at most
     */
    Workers(@Nullable Executor callers, int atOnce) {
      this.callers = callers;
      this.atOnce = atOnce;
    }

    int atOnce() {
      return atOnce;
    }

    /**
     * Starts a turn.
     *
     * @throws java.util.concurrent.RejectedExecutionException by the caller's executor
     */
    void begin(Runnable turn) {
      if (callers != null) {
        callers.execute(turn);
        return;
      }
      if (own == null) {
        own = Executors.newFixedThreadPool(atOnce, named());
      }
      own.execute(turn);
    }

    private static java.util.concurrent.ThreadFactory named() {
      AtomicInteger number = new AtomicInteger();
      return work -> {
        Thread thread = new Thread(work, "checkpoint-stage-" + number.incrementAndGet());
        thread.setDaemon(true); // the run waits for them; a failed run must not keep the JVM alive
        return thread;
      };
    }

    @Override
    public void close() {
      if (own != null) {
        own.shutdown();
      }
    }
  }
}
