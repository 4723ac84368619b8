package io.github.checkpointmanager.explorer;

import io.github.checkpointmanager.store.Listing;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.WriteResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to a worker's request. Times are the store's, in milliseconds. */
sealed interface Reply {
  /** In place of a time that the store does not give. */
  long NOT_GIVEN = -1;

  /** A read; the content is null when there is no such key. */
  record Read(@Nullable Content content, long modified, long now) implements Reply {
    static final Read ABSENT = new Read(null, 0, 0);
  }

  /**
   * The answer to a conditional write. A store need not give its time with it; the code under test
   * uses only that of a create.
   */
  record Write(WriteResult.Outcome outcome, long now) implements Reply {}

  record Listed(List<Listing.Entry> objects, long now) implements Reply {}

  /** A deletion is done, or a sleep has ended. */
  record Done() implements Reply {}

  /** Which alternative was taken. */
  record Decided(int which) implements Reply {}

  /** The worker got no valid answer. */
  record Failed(StoreException.Kind kind) implements Reply {}
}
