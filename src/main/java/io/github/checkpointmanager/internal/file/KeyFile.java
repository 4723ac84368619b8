package io.github.checkpointmanager.internal.file;

import io.github.checkpointmanager.store.Keys;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The file of one key: reads, creates, replaces and deletes it. */
public final class KeyFile {
  private final StoreRoot root;
  private final StoreDirectory level;
  private final String name;
  private final Path file;
  private final KeyHistory history;

  KeyFile(StoreRoot root, StoreDirectory level, String name) {
    this.root = root;
    this.level = level;
    this.name = name;
    this.file = level.file(name);
    this.history = new KeyHistory(level, name, root.history());
  }

  public KeyHistory history() {
    return history;
  }

  /** Reads at most the first {@code limit} bytes; empty if there is no such file. */
  public Optional<StoredObject> read(int limit) throws IOException {
    return state(limit).map(state -> state.toObject(storeTime()));
  }

  private Optional<FileState> state(int limit) throws IOException {
    Optional<FileState> state;
    try {
      state = FileState.read(file, limit);
    } catch (FileSystemException e) {
      if (Directories.isBlockedByFile(level.path(), root.path())) {
        return Optional.empty();
      }
      throw e;
    }
    if (state.isEmpty()) {
      Directories.requireNoFileInPlaceOf(root.path());
    }
    return state;
  }

  /** Costs a write, so it is read for claims only, whose age decides. */
  private Optional<Instant> storeTime() {
    return Keys.isClaim(name) ? level.now() : Optional.empty();
  }

  /** Creates the file if it is absent. Needs no lock: {@code link(2)} is atomic. */
  public WriteResult create(byte[] content) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return WriteResult.conflict();
    }
    try (PendingFile pending = PendingFile.write(level, content)) {
      Instant now = pending.written();
      PendingFile.sweep(level, now);
      pending.publishNew(file);
      return published(content, now);
    } catch (FileAlreadyExistsException e) {
      return WriteResult.conflict();
    }
  }

  /** Replaces the file, under the level's lock, if its version is the expected one. */
  public WriteResult replace(byte[] content, Version expected) throws IOException {
    WriteResult refusal = refusal(state(0), expected);
    if (refusal != null) {
      return refusal;
    }
    try (PendingFile pending = PendingFile.write(level, content);
        DirectoryLock lock = DirectoryLock.acquire(level, root.lockWait())) {
      Instant now = pending.written();
      PendingFile.sweep(level, lock.taken());
      Optional<FileState> current = state(0);
      refusal = refusal(current, expected);
      if (refusal != null) {
        return refusal;
      }
      history.keepBeforeReplace(current.orElseThrow());
      pending.publishOver(file);
      return published(content, now);
    }
  }

  /** A write is visible, but the disk did not confirm that it is durable. */
  static final class UnconfirmedException extends IOException {
    private static final long serialVersionUID = 1L;

    UnconfirmedException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private static @Nullable WriteResult refusal(Optional<FileState> current, Version expected) {
    if (current.isEmpty()) {
      return WriteResult.gone();
    }
    return current.get().version().equals(expected) ? null : WriteResult.conflict();
  }

  private WriteResult published(byte[] content, Instant now) throws IOException {
    try {
      Directories.sync(level.path());
    } catch (IOException e) {
      throw new UnconfirmedException(e);
    }
    return WriteResult.written(FileState.versionOf(content), Optional.of(now));
  }

  boolean exists() throws IOException {
    return state(0).isPresent();
  }

  /** Returns whether the file exists in another version than the one seen. */
  boolean hasOtherThan(Optional<Version> seen) throws IOException {
    return seen.isPresent()
        && state(0).filter(now -> !now.version().equals(seen.get())).isPresent();
  }

  /** Deletes the file. The caller holds the level's lock, and syncs the level afterwards. */
  void delete() throws IOException {
    Optional<FileState> current = state(0);
    if (current.isPresent()) {
      history.moveHere(current.get());
    }
  }

  /** As {@link #delete}, with all older states. If the process dies midway, the key is absent. */
  void purge() throws IOException {
    Files.deleteIfExists(file);
    history.purge();
  }
}
