package io.github.checkpointmanager.internal.pipeline;

import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.TaskContext;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a stage's task. An interrupt from outside reaches the task only while it runs,
 * so that it cannot interrupt the save. Thread-safe.
 */
final class TaskRun implements TaskContext {
  private final PipelineStage stage;
  private final ListenerNotifier notifier;
  private volatile @Nullable Claim claim;

  // All guarded by this.
  private @Nullable Thread thread;
  private boolean cancelled;
  private boolean begun;
  private boolean lost;
  private SaveOptions saving = SaveOptions.none();

  TaskRun(PipelineStage stage, ListenerNotifier notifier) {
    this.stage = stage;
    this.notifier = notifier;
  }

  /** Sets the claim under which it runs, before it runs. */
  void claimedBy(Claim taken) {
    claim = taken;
  }

  /** Null when the run does not claim. */
  @Nullable Claim claim() {
    return claim;
  }

  PipelineStage declaration() {
    return stage;
  }

  /**
   * Runs the task on this thread.
   *
   * @throws InterruptedException it was cancelled before it began
   */
  void run() throws Throwable {
    synchronized (this) {
      if (cancelled) {
        throw new InterruptedException("cancelled before it began");
      }
      thread = Thread.currentThread();
      begun = true;
    }
    try {
      stage.task().run(this);
    } finally {
      synchronized (this) {
        thread = null;
        if (cancelled) {
          Thread.interrupted(); // our own, meant for the task only
        }
      }
    }
  }

  /** Interrupts the task if it runs, and keeps it from starting otherwise. */
  synchronized void cancel() {
    cancelled = true;
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** Its claim was lost: cancels it. */
  synchronized void lose() {
    lost = true;
    cancel();
  }

  synchronized boolean isLost() {
    return lost;
  }

  /** Whether the task's work may have begun. */
  synchronized boolean hasBegun() {
    return begun;
  }

  synchronized boolean isCancelled() {
    return cancelled;
  }

  /** The metadata and payload that the task has set for its checkpoint. */
  synchronized SaveOptions saving() {
    return saving;
  }

  @Override
  public String stage() {
    return stage.name();
  }

  @Override
  public long attempt() {
    Claim held = claim;
    return held == null ? 1 : held.attempt();
  }

  @Override
  public OptionalLong fencingToken() {
    Claim held = claim;
    return held == null ? OptionalLong.empty() : OptionalLong.of(held.fencingToken());
  }

  @Override
  public Optional<String> executionId() {
    return Optional.ofNullable(claim).map(Claim::executionId);
  }

  @Override
  public boolean isValid() {
    Claim held = claim;
    return held == null || held.isValid();
  }

  @Override
  public void progress(String text) {
    Claim held = claim;
    if (held != null) {
      held.progress(text);
    }
    notifier.call(listener -> listener.progress(stage.name(), text));
  }

  @Override
  public synchronized void meta(String name, String value) {
    saving = saving.meta(name, value);
  }

  @Override
  public synchronized void payload(String contentType, byte[] bytes) {
    saving = saving.payload(contentType, bytes);
  }

  @Override
  public Map<String, String> params() {
    return stage.params();
  }

  /** The tasks that run now, and whether the run is to end. Thread-safe. */
  static final class Running {
    private final Set<TaskRun> tasks = new HashSet<>(); // guarded by this
    private final Set<Thread> readers = new HashSet<>(); // guarded by this
    private boolean stopping; // guarded by this

    /** Adds a task; cancels it at once when the run is to end. */
    synchronized void add(TaskRun task) {
      tasks.add(task);
      if (stopping) {
        task.cancel();
      }
    }

    synchronized void remove(TaskRun task) {
      tasks.remove(task);
    }

    /** Cancels the tasks that run and those that are added later, and ends the reading of files. */
    synchronized void stop() {
      stopping = true;
      tasks.forEach(TaskRun::cancel);
      readers.forEach(Thread::interrupt);
    }

    /** From now on a stop interrupts this thread; false when the run is to end already. */
    synchronized boolean beginReading() {
      return !stopping && readers.add(Thread.currentThread());
    }

    /** The counterpart of {@link #beginReading}; an interrupt by a stop was meant for reading. */
    synchronized void endReading() {
      readers.remove(Thread.currentThread());
      if (stopping) {
        Thread.interrupted();
      }
    }

    synchronized boolean isStopping() {
      return stopping;
    }
  }
}
