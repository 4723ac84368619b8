package io.github.checkpointmanager.explorer;

import io.github.checkpointmanager.store.Listing;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.WriteResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a worker is told. Times are the store's, in milliseconds. */
sealed interface Reply {
  /** In place of a time that the store does not tell. */
  long UNTOLD = -1;

  /** A read; the content is null when there is no such key. */
  record Read(@Nullable Content content, long modified, long now) implements Reply {
    static final Read ABSENT = new Read(null, 0, 0);
  }

  /**
   * A conditional write. A store need not tell its time with it, and only that of a create is used.
   */
  record Write(WriteResult.Outcome outcome, long now) implements Reply {}

  record Listed(List<Listing.Entry> objects, long now) implements Reply {}

  /** A deletion is done, or a sleep over. */
  record Done() implements Reply {}

  /** Which alternative was taken. */
  record Decided(int which) implements Reply {}

  /** No valid answer came. */
  record Failed(StoreException.Kind kind) implements Reply {}
}
