package io.github.checkpointmanager.testing;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.file.FileStore;
import io.github.checkpointmanager.store.memory.MemoryStore;
import java.nio.file.Path;

/** The stores that need nothing installed; what the API promises is tested over each. */
public enum LocalStore {
  MEMORY {
    @Override
    public CheckpointStore open(Path directory) {
      return new MemoryStore();
    }
  },
  DIRECTORY {
    @Override
    public CheckpointStore open(Path directory) {
      return FileStore.at(directory);
    }
  };

  /** An empty store of this kind; a directory store keeps its files in the given directory. */
  public abstract CheckpointStore open(Path directory);
}
