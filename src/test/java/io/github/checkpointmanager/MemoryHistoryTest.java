package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.ManualTime;
import java.nio.file.Path;

/** Waiting takes no time here. */
class MemoryHistoryTest extends CheckpointHistoryContract {
  private final ManualTime time = new ManualTime();

  @Override
  CheckpointStore open(Path directory) {
    return new MemoryStore(time);
  }

  @Override
  Timing timing() {
    return time.machine();
  }
}
