package io.github.checkpointmanager.testing;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.ForwardingStore;
import io.github.checkpointmanager.store.Listing;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.WriteResult;
import java.util.Iterator;
import java.util.Optional;

/** A store whose clock cannot be trusted. */
public final class TimelessStore extends ForwardingStore {
  public TimelessStore(CheckpointStore store) {
    super(store);
  }

  @Override
  public Optional<StoredObject> readHead(String key) {
    return super.readHead(key)
        .map(
            o ->
                new StoredObject(
                    o.content(), o.totalSize(), o.version(), o.lastModified(), Optional.empty()));
  }

  @Override
  public Listing list(String prefix) {
    return () -> {
      Iterator<Listing.Page> pages = super.list(prefix).iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return pages.hasNext();
        }

        @Override
        public Listing.Page next() {
          Listing.Page page = pages.next();
          return new Listing.Page(page.objects(), page.children(), Optional.empty());
        }
      };
    };
  }

  @Override
  public WriteResult create(String key, byte[] content) {
    WriteResult result = super.create(key, content);
    return new WriteResult(result.outcome(), result.version(), Optional.empty());
  }
}
