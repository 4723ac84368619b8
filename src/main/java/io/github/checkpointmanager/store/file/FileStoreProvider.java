package io.github.checkpointmanager.store.file;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreLocation;
import io.github.checkpointmanager.store.StoreProvider;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Opens {@code file:dir} and plain paths, with the option {@code history}. Stateless. */
public final class FileStoreProvider implements StoreProvider {
  /** For {@link java.util.ServiceLoader}. */
  public FileStoreProvider() {}

  @Override
  public String scheme() {
    return "file";
  }

  @Override
  public CheckpointStore open(StoreLocation location) {
    location.requireKnownOptions(Set.of(FileStore.HISTORY_OPTION));
    return FileStore.at(path(location), history(location));
  }

  private static Path path(StoreLocation location) {
    if (location.path().isEmpty()) {
      throw refused(location, "it names no directory", "Write file:directory", null);
    }
    try {
      return Path.of(location.path());
    } catch (InvalidPathException e) {
      throw refused(
          location,
          "file names of this system and locale cannot express it: " + e.getReason(),
          "Use another name, or a UTF-8 locale such as LC_ALL=C.UTF-8",
          e);
    }
  }

  private static int history(StoreLocation location) {
    String given = location.options().get(FileStore.HISTORY_OPTION);
    if (given == null) {
      return FileStore.DEFAULT_HISTORY;
    }
    try {
      return Integer.parseInt(given);
    } catch (NumberFormatException e) {
      throw refused(
          location,
          "history=" + given + " is not a number",
          "Choose a number from 0 to " + FileStore.MAX_HISTORY,
          e);
    }
  }

  private static StoreException refused(
      StoreLocation location, String why, String remedy, @Nullable Throwable cause) {
    return new StoreException(
        StoreException.Kind.INVALID,
        "The location " + location + " cannot be opened",
        why,
        remedy,
        cause);
  }
}
