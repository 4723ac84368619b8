package io.github.checkpointmanager.internal.pipeline;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.internal.process.DaemonThreads;
import io.github.checkpointmanager.pipeline.InputException;
import io.github.checkpointmanager.pipeline.InputSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A source whose reading ends when the run is to end: large files take minutes, and a read from a
 * mount that hangs ends at no interrupt. So each name is read on a daemon thread, which is left
 * behind when it does not end. As thread-safe as the source.
 */
record InterruptibleSource(InputSource source, TaskRun.Running running, ThreadFactory threads)
    implements InputSource {
  /** For how long a source may go on after the interrupt. */
  private static final int LAST_SECONDS = 2;

  InterruptibleSource(InputSource source, TaskRun.Running running) {
    this(source, running, DaemonThreads.named("checkpoint-input"));
  }

  @Override
  public boolean knows(String name) {
    return source.knows(name);
  }

  @Override
  public Optional<ContentDigest> identify(String name) throws InputException {
    if (!running.beginReading()) {
      throw new InputException(
          quoted(name) + " was not identified: the run was interrupted. Run again.");
    }
    FutureTask<Optional<ContentDigest>> reading = new FutureTask<>(() -> source.identify(name));
    Thread reader = threads.newThread(reading);
    try {
      start(reader, reading);
      return reading.get();
    } catch (InterruptedException e) {
      reader.interrupt();
      try {
        return lastResult(name, reading);
      } finally {
        Thread.currentThread().interrupt();
      }
    } catch (ExecutionException e) {
      throw asInputException(e);
    } finally {
      running.endReading();
    }
  }

  /** Finished work waits for its outputs: where no thread can be had, this one reads. */
  private static void start(Thread reader, FutureTask<?> reading) {
    try {
      reader.start();
    } catch (OutOfMemoryError noThread) {
      reading.run();
    }
  }

  private static Optional<ContentDigest> lastResult(
      String name, FutureTask<Optional<ContentDigest>> reading) throws InputException {
    try {
      return reading.get(LAST_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw asInputException(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new InputException(
          quoted(name)
              + " was not read to its end: the run was interrupted, and the reading hangs. Check"
              + " disk and mount, and run again.",
          e);
    }
  }

  private static InputException asInputException(ExecutionException e) {
    if (e.getCause() instanceof InputException known) {
      return known;
    }
    if (e.getCause() instanceof RuntimeException failure) {
      throw failure;
    }
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    return new InputException(String.valueOf(e.getCause()), e);
  }

  @Override
  public boolean exists(String name) throws InputException {
    return source.exists(name);
  }
}
