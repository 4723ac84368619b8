package io.github.checkpointmanager.store.memory;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.CheckpointStoreContract;
import java.util.UUID;

class MemoryStoreContractTest extends CheckpointStoreContract {
  @Override
  protected CheckpointStore open() {
    return MemoryStore.named("contract-" + UUID.randomUUID());
  }
}
