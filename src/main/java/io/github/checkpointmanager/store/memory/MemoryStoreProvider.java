package io.github.checkpointmanager.store.memory;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreLocation;
import io.github.checkpointmanager.store.StoreProvider;
import java.util.Set;

/** Opens {@code memory:name}, which has no options. Stateless. */
public final class MemoryStoreProvider implements StoreProvider {
  /** For {@link java.util.ServiceLoader}. */
  public MemoryStoreProvider() {}

  @Override
  public String scheme() {
    return "memory";
  }

  @Override
  public CheckpointStore open(StoreLocation location) {
    location.requireKnownOptions(Set.of());
    return MemoryStore.named(location.path());
  }
}
