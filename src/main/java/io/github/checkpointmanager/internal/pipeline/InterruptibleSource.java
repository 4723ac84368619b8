package io.github.checkpointmanager.internal.pipeline;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.pipeline.InputException;
import io.github.checkpointmanager.pipeline.InputSource;
import java.util.Optional;

/**
 * A source whose reading ends when the run is to end: large files take minutes. As thread-safe as
 * the source.
 */
record InterruptibleSource(InputSource source, TaskRun.Running running) implements InputSource {
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
    try {
      return source.identify(name);
    } finally {
      running.endReading();
    }
  }

  @Override
  public boolean exists(String name) throws InputException {
    return source.exists(name);
  }
}
