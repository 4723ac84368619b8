package io.github.checkpointmanager.store.file;

import io.github.checkpointmanager.internal.file.DirectoryDoctor;
import io.github.checkpointmanager.internal.file.DirectoryListing;
import io.github.checkpointmanager.internal.file.FileDeletion;
import io.github.checkpointmanager.internal.file.FileState;
import io.github.checkpointmanager.internal.file.KeyFile;
import io.github.checkpointmanager.internal.file.KeyHistory;
import io.github.checkpointmanager.internal.file.StoreDirectory;
import io.github.checkpointmanager.internal.file.StoreRoot;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.Listing;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import io.github.checkpointmanager.store.StoreLocation;
import io.github.checkpointmanager.store.StoreProvider;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Checkpoints as files in a directory, one file for each key; levels are subdirectories. The first
 * write creates the directory with its parents; a directory that does not exist is an empty store.
 * {@code docs/FORMAT.md}, "Directory store layout", specifies the layout.
 *
 * <p>Thread-safe, and safe among any number of processes, also on several machines if their network
 * file system has POSIX locks, hard links and atomic renames.
 *
 * <p><b>Atomic and durable</b>: a write puts the bytes into a pending file and syncs it. Then
 * {@code link(2)} makes the file visible if the key is absent, or {@code rename(2)} replaces the
 * expected version, which is compared under a lock. Then the directory is synced. A process that
 * dies at any point leaves the old state or the new one; a later write removes its pending file. If
 * the directory cannot be synced, the outcome is unknown; this store then delivers that state only
 * after it wrote it to another file and the disk confirmed that.
 *
 * <p><b>Lock</b>: one for each level, taken for one replace or one batch of deletions, never for
 * reads and creates. The system releases it when its process ends. A caller that has waited for 10
 * s gets {@code UNAVAILABLE}; the message names the lock file and the process that holds it.
 *
 * <p><b>Versions</b> are the SHA-256 of the bytes, so {@link #readHead} reads the whole file too.
 *
 * <p><b>Time</b> is the file system's: on a network file system the server's. Reading it costs a
 * write, so only keys that end in {@code .claim} have a store time, and only where this process may
 * write.
 *
 * <p><b>History</b>: the last seven states of each key before the current one, or as many as the
 * option {@code history} says. A change that another tool makes to a file is not in the history.
 *
 * <p>Files of other tools are read like any other. What is in the place of a file and is none (a
 * symbolic link to nothing, a directory, a FIFO) is {@code INVALID}, for reads too. An interrupt
 * does not fail a call, and stays set.
 */
public final class FileStore implements CheckpointStore {
  /** How many older states of each key are kept by default. */
  public static final int DEFAULT_HISTORY = 7;

  private static final int MAX_HISTORY = 1_000;
  private static final String HISTORY_OPTION = "history";
  private static final String ANOTHER_HISTORY = "Choose a number from 0 to " + MAX_HISTORY;

  private static final Duration LOCK_WAIT = Duration.ofSeconds(10);

  private final StoreRoot root;

  FileStore(Path directory, int history, Duration lockWait) {
    Path path = withoutDots(directory.toAbsolutePath());
    Map<String, String> options =
        history == DEFAULT_HISTORY ? Map.of() : Map.of(HISTORY_OPTION, String.valueOf(history));
    StoreLocation location = new StoreLocation("file", path.toString(), options);
    if (history < 0 || history > MAX_HISTORY) {
      throw location.refused(
          "it says to keep " + history + " older states of each key", ANOTHER_HISTORY);
    }
    if (isBelowMangledWorkingDirectory(path)) {
      throw location.refused(
          "it is below the working directory, whose name this process's locale cannot express",
          "Set LC_ALL=C.UTF-8, or work in another directory");
    }
    this.root = new StoreRoot(path, history, lockWait, location.toString());
  }

  /** Opens the store in a directory, which need not exist. */
  public static FileStore at(Path directory) {
    return at(directory, DEFAULT_HISTORY);
  }

  /**
   * Opens the store in a directory, which need not exist.
   *
   * @param history how many older states of each key are kept: 0 to 1,000
   * @throws StoreException {@code INVALID} when {@code history} is out of its range
   */
  public static FileStore at(Path directory, int history) {
    return new FileStore(directory, history, LOCK_WAIT);
  }

  /**
   * Where the locale cannot express the working directory ({@code POSIX}, the default of many
   * images), the JVM works in another one, with {@code ?} in its name: two directories would count
   * as one.
   */
  private static boolean isBelowMangledWorkingDirectory(Path path) {
    return System.getProperty("user.dir", "").indexOf('\ufffd') >= 0
        && path.startsWith(Path.of("").toAbsolutePath());
  }

  /** Keeps {@code ..}: after a symbolic link it is not the parent that the text shows. */
  private static Path withoutDots(Path absolute) {
    Path result = absolute.getRoot();
    for (Path name : absolute) {
      if (!name.toString().equals(".")) {
        result = result.resolve(name);
      }
    }
    return result;
  }

  @Override
  public Optional<StoredObject> read(String key) {
    KeyFile file = root.file(key);
    return root.call("cannot be read", key, () -> file.read(FileState.WHOLE));
  }

  @Override
  public Optional<StoredObject> readHead(String key) {
    KeyFile file = root.file(key);
    return root.call("cannot be read", key, () -> file.read(HEAD_BYTES));
  }

  @Override
  public WriteResult create(String key, byte[] content) {
    KeyFile file = root.file(key);
    return root.call("cannot be created", key, () -> file.create(content));
  }

  @Override
  public WriteResult replace(String key, byte[] content, Version expected) {
    KeyFile file = root.file(key);
    return root.call("cannot be replaced", key, () -> file.replace(content, expected));
  }

  @Override
  public Listing list(String prefix) {
    StoreDirectory level = root.level(prefix);
    return () -> new DirectoryListing(root, level, prefix);
  }

  /** Always {@code true}: the version is compared under the lock of the level. */
  @Override
  public boolean comparesDeletions() {
    return true;
  }

  @Override
  public DeletionReport delete(Stream<Deletion> deletions) {
    return new FileDeletion(root, false).delete(deletions.iterator());
  }

  /**
   * {@inheritDoc}
   *
   * <p>Also states that were kept under another value of the option {@code history}.
   */
  @Override
  public DeletionReport purge(Stream<Deletion> deletions) {
    return new FileDeletion(root, true).delete(deletions.iterator());
  }

  /** {@code true} unless the option {@code history} is 0. */
  @Override
  public boolean keepsHistory() {
    return root.history() > 0;
  }

  @Override
  public List<String> deletedKeys(String prefix) {
    StoreDirectory level = root.level(prefix);
    return root
        .call("has no readable history", prefix, () -> KeyHistory.deletedKeys(level))
        .stream()
        .map(prefix::concat)
        .toList();
  }

  @Override
  public List<StoredVersion> versions(String key) {
    if (root.history() == 0) {
      throw new StoreException(
          Kind.UNSUPPORTED,
          "The history of " + root.describe(key) + " cannot be listed",
          "the location keeps none (history=0)",
          "Open it without that option; what was replaced before is lost");
    }
    KeyFile file = root.file(key);
    return root.call("has no readable history", key, () -> file.history().versions());
  }

  @Override
  public StoredObject readVersion(String key, String versionId) {
    KeyFile file = root.file(key);
    return root.call("has no readable history", key, () -> file.history().read(versionId))
        .orElseThrow(
            () ->
                new StoreException(
                    Kind.NOT_FOUND,
                    "Version " + versionId + " of " + root.describe(key) + " cannot be read",
                    "there is no such version any more, or it is a deletion",
                    "Choose a version from the history"))
        .toObject(Optional.empty());
  }

  @Override
  public List<Finding> diagnose() {
    return new DirectoryDoctor(root, path -> new FileStore(path, 1, root.lockWait())).run();
  }

  /** Returns an absolute path, with the option {@code history} if it is not the default. */
  @Override
  public String location() {
    return root.location();
  }

  @Override
  public int maxKeyBytes() {
    return StoreRoot.MAX_KEY_BYTES;
  }

  /** Does nothing: no file is open between calls. */
  @Override
  public void close() {}

  /** Opens {@code file:dir} and plain paths, with the option {@code history}. Stateless. */
  public static final class Provider implements StoreProvider {
    /** For {@link java.util.ServiceLoader}. */
    public Provider() {}

    @Override
    public String scheme() {
      return "file";
    }

    @Override
    public CheckpointStore open(StoreLocation location) {
      location.requireKnownOptions(Set.of(HISTORY_OPTION));
      return FileStore.at(path(location), history(location));
    }

    private static Path path(StoreLocation location) {
      if (location.path().isEmpty()) {
        throw location.refused("it names no directory", "Write file:directory");
      }
      try {
        return Path.of(location.path());
      } catch (InvalidPathException e) {
        throw location.refused(
            "file names of this system and locale cannot express it: " + e.getReason(),
            "Use another name, or a UTF-8 locale such as LC_ALL=C.UTF-8");
      }
    }

    private static int history(StoreLocation location) {
      String given = location.options().get(HISTORY_OPTION);
      if (given == null) {
        return DEFAULT_HISTORY;
      }
      try {
        return Integer.parseInt(given);
      } catch (NumberFormatException e) {
        throw location.refused("history=" + given + " is not a number", ANOTHER_HISTORY);
      }
    }
  }
}
