package io.github.checkpointmanager.internal.file;

import io.github.checkpointmanager.store.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The writes of one store that may be visible, and of which the disk did not confirm that they are
 * durable. To read such a state back from the page cache would settle nothing, so the store writes
 * it again before it delivers it ({@link KeyFile#read}). To sync again is not enough: after a
 * failed {@code fsync} a system may drop the changes that it could not write, and answer the next
 * one with success. Thread-safe.
 */
final class UnconfirmedWrites {
  private record Write(Path file, Version version) {}

  private final Set<Write> writes = ConcurrentHashMap.newKeySet();

  void add(Path file, Version version) {
    writes.add(new Write(file, version));
  }

  void remove(Path file, Version version) {
    writes.remove(new Write(file, version));
  }

  boolean contains(Path file, Version version) {
    return writes.contains(new Write(file, version));
  }

  /** A state is visible, and the disk did not confirm that a power failure would not undo it. */
  static final class NotDurableException extends IOException {
    private static final long serialVersionUID = 1L;

    NotDurableException(IOException cause) {
      super(FileErrorTranslator.reasonOf(cause), cause);
    }
  }
}
