package io.github.checkpointmanager.internal.file;

import io.github.checkpointmanager.store.Keys;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
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

  /**
   * Reads at most the first {@code limit} bytes; empty if there is no such file. A write of this
   * store that the disk did not confirm is written again before it is delivered.
   */
  public Optional<StoredObject> read(int limit) throws IOException {
    Optional<FileState> state = state(limit);
    if (state.isPresent() && root.unconfirmed().contains(file, state.get().version())) {
      confirm(state.get().version());
      state = state(limit);
    }
    return state.map(found -> found.toObject(storeTime()));
  }

  /** Writes the current state to a new file, with its time, if it is still of this version. */
  private void confirm(Version version) throws IOException {
    try (DirectoryLock lock = DirectoryLock.acquire(level, root.lockWait())) {
      PendingFile.sweep(level, lock.taken());
      Optional<FileState> current = FileState.read(file, FileState.WHOLE);
      if (current.isEmpty() || !current.get().version().equals(version)) {
        return;
      }
      try (PendingFile again = PendingFile.write(level, current.get().head())) {
        again.backdate(current.get().lastModified());
        again.publishOver(file);
      }
      Directories.sync(level.path());
      root.unconfirmed().remove(file, version);
    } catch (DirectoryLock.HeldException e) {
      throw e;
    } catch (IOException e) {
      throw new UnconfirmedWrites.NotDurableException(e);
    }
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
    if (IrregularFileException.isOccupied(file)) {
      return isRegular() ? WriteResult.conflict() : create(content);
    }
    try (PendingFile pending = PendingFile.write(level, content)) {
      PendingFile.sweep(level, pending.written());
      return publish(content, pending, pending::publishNew);
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
      PendingFile.sweep(level, lock.taken());
      Optional<FileState> current = state(0);
      refusal = refusal(current, expected);
      if (refusal != null) {
        return refusal;
      }
      history.keepBeforeReplace(current.orElseThrow());
      return publish(content, pending, pending::publishOver);
    }
  }

  /** False if the file is gone now; an error if something else than a file is in its place. */
  private boolean isRegular() throws IOException {
    try {
      IrregularFileException.requireRegular(file);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private interface Publication {
    void publishAs(Path target) throws IOException;
  }

  /** Makes a pending file visible, and durable; where either is not known, remembers the write. */
  private WriteResult publish(byte[] content, PendingFile pending, Publication publication)
      throws IOException {
    Version version = FileState.versionOf(content);
    try {
      publication.publishAs(file);
    } catch (UncertainException e) {
      root.unconfirmed().add(file, version);
      throw e;
    }
    try {
      Directories.sync(level.path());
    } catch (IOException e) {
      root.unconfirmed().add(file, version);
      throw new UnconfirmedException(e);
    }
    return WriteResult.written(version, Optional.of(pending.written()));
  }

  /** A write is visible, but the disk did not confirm that it is durable. */
  static final class UnconfirmedException extends IOException {
    private static final long serialVersionUID = 1L;

    UnconfirmedException(IOException cause) {
      super(FileErrorTranslator.reasonOf(cause), cause);
    }
  }

  private static @Nullable WriteResult refusal(Optional<FileState> current, Version expected) {
    if (current.isEmpty()) {
      return WriteResult.gone();
    }
    return current.get().version().equals(expected) ? null : WriteResult.conflict();
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
    KeyHistory.unlink(file);
    history.purge();
  }
}
