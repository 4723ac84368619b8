package io.github.checkpointmanager.internal.file;

import io.github.checkpointmanager.store.Keys;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The root directory of one store: finds the files of its keys, and explains failures. Immutable.
 *
 * @param path absolute
 * @param history how many older states of each key are kept
 * @param lockWait how long a replace or deletion waits for a directory's lock
 * @param location of the store, for messages
 * @param unconfirmed this store's writes that the disk did not confirm
 */
public record StoreRoot(
    Path path, int history, Duration lockWait, String location, UnconfirmedWrites unconfirmed) {
  /** The longest name of a file on Linux, macOS and Windows: {@code NAME_MAX}. */
  public static final int MAX_KEY_BYTES = 255;

  /** The root of a store that has written nothing yet. */
  public StoreRoot(Path path, int history, Duration lockWait, String location) {
    this(path, history, lockWait, location, new UnconfirmedWrites());
  }

  /** Something that the file system does. */
  @FunctionalInterface
  public interface Task<T> {
    T run() throws IOException;
  }

  /** Runs a task; its failure says that the key, or the root if that is empty, "cannot be …". */
  public <T> T call(String failure, String key, Task<T> task) {
    try {
      return task.run();
    } catch (IOException e) {
      throw FileErrorTranslator.translate(
          e, key.isEmpty() ? path + " " + failure : describe(key) + " " + failure, path);
    }
  }

  /** A key as messages name it. */
  public String describe(String key) {
    return "'" + key + "' in " + path;
  }

  /** Returns the directory of a key; refuses a malformed key, and one that is reserved here. */
  StoreDirectory directory(String key) {
    Keys.requireKey(key, MAX_KEY_BYTES, location);
    String[] segments = key.split("/", -1);
    Path directory = path;
    for (int i = 0; i < segments.length - 1; i++) {
      if (segments[i].startsWith(".")) {
        throw refused(key, "a level whose name begins with a dot is hidden here");
      }
      directory = resolve(directory, segments[i], key);
    }
    return new StoreDirectory(directory);
  }

  public KeyFile file(String key) {
    StoreDirectory directory = directory(key);
    String name = key.substring(key.lastIndexOf('/') + 1);
    if (name.equals(StoreDirectory.HIDDEN)) {
      throw refused(key, "the name belongs to the store");
    }
    resolve(directory.path(), name, key);
    return new KeyFile(this, directory, name);
  }

  /** Returns the directory of a level; refuses a malformed prefix, and one that is hidden here. */
  public StoreDirectory level(String prefix) {
    Keys.requirePrefix(prefix, location);
    return prefix.isEmpty() ? new StoreDirectory(path) : directory(prefix + "any");
  }

  private Path resolve(Path directory, String name, String key) {
    try {
      return directory.resolve(name);
    } catch (InvalidPathException e) {
      throw refused(key, "file names of this system and locale cannot express it");
    }
  }

  private StoreException refused(String key, String why) {
    return new StoreException(
        Kind.INVALID, "The key " + describe(key) + " is refused", why, "Use another name");
  }
}
