package io.github.checkpointmanager.testing;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.ForwardingStore;
import java.util.stream.Stream;

/** A store that ignores the versions of deletions, as most S3 servers but AWS do. */
public final class UncomparedStore extends ForwardingStore {
  public UncomparedStore(CheckpointStore store) {
    super(store);
  }

  @Override
  public boolean comparesDeletions() {
    return false;
  }

  @Override
  public DeletionReport delete(Stream<Deletion> deletions) {
    return super.delete(deletions.map(Deletion::key).map(Deletion::ofAny));
  }

  @Override
  public DeletionReport purge(Stream<Deletion> deletions) {
    return super.purge(deletions.map(Deletion::key).map(Deletion::ofAny));
  }
}
