package io.github.checkpointmanager.store.file;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.CheckpointStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileStoreContractTest extends CheckpointStoreContract {
  @TempDir private Path directory;

  @Override
  protected CheckpointStore open() {
    return FileStore.at(directory.resolve("not/there yet"));
  }
}
