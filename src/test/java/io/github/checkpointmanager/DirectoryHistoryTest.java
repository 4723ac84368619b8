package io.github.checkpointmanager;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.file.FileStore;
import java.nio.file.Path;

class DirectoryHistoryTest extends CheckpointHistoryContract {
  @Override
  CheckpointStore open(Path directory) {
    return FileStore.at(directory);
  }
}
