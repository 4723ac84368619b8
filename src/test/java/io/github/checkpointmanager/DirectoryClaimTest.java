package io.github.checkpointmanager;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.file.FileStore;
import java.nio.file.Path;

class DirectoryClaimTest extends ClaimContract {
  @Override
  CheckpointStore open(Path directory) {
    return FileStore.at(directory);
  }
}
