package io.github.checkpointmanager;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.memory.MemoryStore;
import java.nio.file.Path;

class MemoryHistoryTest extends CheckpointHistoryContract {
  @Override
  CheckpointStore open(Path directory) {
    return new MemoryStore();
  }
}
