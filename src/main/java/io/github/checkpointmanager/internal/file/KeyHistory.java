package io.github.checkpointmanager.internal.file;

import io.github.checkpointmanager.store.CheckpointStore.StoredVersion;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The older states of one key, each a file that is named by its number. The current state has a
 * number too, one more than the newest file's: so its id is known before it becomes history, and
 * stays. Changed under the level's lock only, read without it.
 */
public final class KeyHistory {
  private static final int ATTEMPTS = 20;

  private final StoreDirectory level;
  private final String name;
  private final int kept;

  /**
   * @param kept how many older states; 0 keeps nothing at all
   */
  KeyHistory(StoreDirectory level, String name, int kept) {
    this.level = level;
    this.name = name;
    this.kept = kept;
  }

  private Path directory() {
    return level.history(name);
  }

  /** Gives the current state a second name, before it is replaced. */
  void keepBeforeReplace(FileState current) throws IOException {
    if (kept == 0) {
      return;
    }
    List<HistoryEntry> entries = entries();
    createDirectory();
    Path target = directory().resolve(idOfCurrent(entries, current));
    try {
      Files.createLink(target, level.file(name));
    } catch (FileAlreadyExistsException e) {
      // A process died after this step, and nothing has changed since.
    } catch (FileSystemException | UnsupportedOperationException e) {
      // Linux lets nobody link another user's file (fs.protected_hardlinks).
      copy(target, current);
    }
    prune();
  }

  private void copy(Path target, FileState current) throws IOException {
    byte[] content = Files.readAllBytes(level.file(name));
    try (PendingFile draft = PendingFile.write(level, content)) {
      draft.backdate(current.lastModified());
      draft.publishOver(target);
    }
  }

  /** Moves the current state here, which deletes it, and notes the deletion. */
  void moveHere(FileState current) throws IOException {
    Path file = level.file(name);
    if (kept == 0) {
      Files.deleteIfExists(file);
      return;
    }
    List<HistoryEntry> entries = entries();
    createDirectory();
    String id = idOfCurrent(entries, current);
    // Before the file is moved, because this is what a full disk may refuse.
    try (PendingFile deletion = PendingFile.write(level, new byte[0])) {
      move(file, entries, id);
      deletion.publishOver(directory().resolve(HistoryEntry.idOfDeletion(numberOf(id) + 1)));
    }
    prune();
  }

  private void move(Path file, List<HistoryEntry> entries, String id) throws IOException {
    if (entries.stream().anyMatch(entry -> entry.id().equals(id))) {
      // rename(2) of one name of a file to another one of the same file does nothing.
      Files.deleteIfExists(file);
    } else {
      Files.move(file, directory().resolve(id), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private void createDirectory() throws IOException {
    Directories.createLike(level.path(), level.hidden());
    Directories.createLike(level.path(), level.histories());
    Directories.createLike(level.path(), directory());
  }

  private static long numberOf(String id) {
    return Long.parseLong(id.substring(0, id.indexOf('-')));
  }

  private static String idOfCurrent(List<HistoryEntry> entries, FileState current) {
    if (entries.isEmpty()) {
      return HistoryEntry.idOf(1, current);
    }
    HistoryEntry newest = entries.get(0);
    return newest.isStateOf(current)
        ? newest.id()
        : HistoryEntry.idOf(newest.number() + 1, current);
  }

  /** Removes what is older than the states to be kept. What fails is left to the next change. */
  private void prune() {
    int states = 0;
    try {
      for (HistoryEntry entry : entries()) {
        if (states >= kept) {
          Files.deleteIfExists(directory().resolve(entry.id()));
        } else if (!entry.deletion()) {
          states++;
        }
      }
    } catch (IOException e) {
      // One state too many does no harm, and the change itself has succeeded.
    }
  }

  /** Whether anything may be kept here. */
  boolean exists() {
    return Files.isDirectory(directory());
  }

  /** Removes all older states and notes of deletions. */
  void purge() throws IOException {
    for (HistoryEntry entry : entries()) {
      Files.deleteIfExists(directory().resolve(entry.id()));
    }
    try {
      Files.deleteIfExists(directory());
    } catch (DirectoryNotEmptyException e) {
      // Somebody else's file lies there.
    }
  }

  /** The keys of a level that are absent and have a history. */
  public static List<String> deletedKeys(StoreDirectory level) throws IOException {
    List<String> deleted = new ArrayList<>();
    try (DirectoryStream<Path> histories = Files.newDirectoryStream(level.histories())) {
      for (Path each : histories) {
        String name = each.getFileName().toString();
        if (!Files.exists(level.file(name))
            && !new KeyHistory(level, name, 0).entries().isEmpty()) {
          deleted.add(name);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return deleted;
  }

  /** The files of this history, newest first. */
  private List<HistoryEntry> entries() throws IOException {
    List<HistoryEntry> entries = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory())) {
      for (Path file : files) {
        HistoryEntry.of(file).ifPresent(entries::add);
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    entries.sort(Comparator.comparingLong(HistoryEntry::number).reversed());
    return entries;
  }

  /** All states and deletions, newest first, the current state included. */
  public List<StoredVersion> versions() throws IOException {
    Moment moment = moment();
    List<StoredVersion> versions = new ArrayList<>();
    String currentId = "";
    if (moment.current.isPresent()) {
      FileState state = moment.current.get();
      currentId = idOfCurrent(moment.entries, state);
      versions.add(new StoredVersion(currentId, state.lastModified(), state.size(), true, false));
    }
    for (HistoryEntry entry : moment.entries) {
      if (!entry.id().equals(currentId)) {
        versions.add(entry.listed(versions.isEmpty() && entry.deletion()));
      }
    }
    return versions;
  }

  private record Moment(Optional<FileState> current, List<HistoryEntry> entries) {}

  /** A current state and the history that belongs to it: neither moves while the other is read. */
  private Moment moment() throws IOException {
    List<HistoryEntry> before = entries();
    for (int attempt = 1; ; attempt++) {
      Optional<FileState> current = FileState.read(level.file(name), 0);
      List<HistoryEntry> after = entries();
      if (before.equals(after)) {
        return new Moment(current, after);
      }
      if (attempt == ATTEMPTS) {
        throw new FileSystemException(
            directory().toString(), null, "it changed at each of " + ATTEMPTS + " reads");
      }
      before = after;
    }
  }

  /** One state, whole; empty if there is none of that id. */
  public Optional<FileState> read(String id) throws IOException {
    if (!HistoryEntry.isStateId(id)) {
      return Optional.empty();
    }
    Path older = directory().resolve(id);
    Optional<FileState> found = FileState.read(older, FileState.WHOLE);
    if (found.isPresent()) {
      return found;
    }
    Optional<FileState> current = FileState.read(level.file(name), FileState.WHOLE);
    if (current.isPresent() && idOfCurrent(entries(), current.get()).equals(id)) {
      return current;
    }
    return FileState.read(older, FileState.WHOLE);
  }
}
