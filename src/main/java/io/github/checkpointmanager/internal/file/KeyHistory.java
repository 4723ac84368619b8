package io.github.checkpointmanager.internal.file;

import io.github.checkpointmanager.store.CheckpointStore.StoredVersion;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The older states of one key, each a file named by its number. The current state has a number too,
 * one more than that of the newest file, so its id does not change when it becomes history. Changed
 * under the level's lock, read without it.
 */
public final class KeyHistory {
  private static final int ATTEMPTS = 20;

  private final StoreDirectory level;
  private final String name;
  private final Path directory;
  private final int kept;

  /** Keeps so many older states; 0 keeps none, and no deletions. */
  KeyHistory(StoreDirectory level, String name, int kept) {
    this.level = level;
    this.name = name;
    this.directory = level.histories().resolve(name);
    this.kept = kept;
  }

  /** Gives the current state a second name, before it is replaced. */
  void keepBeforeReplace(FileState current) throws IOException {
    if (kept == 0) {
      return;
    }
    List<HistoryEntry> entries = entries();
    createDirectory();
    Path target = directory.resolve(idOfCurrent(entries, current));
    try {
      Files.createLink(target, level.file(name));
    } catch (FileAlreadyExistsException e) {
      // An earlier process died after this step, and nothing has changed since.
    } catch (FileSystemException | UnsupportedOperationException e) {
      // Linux refuses links to files of other users (fs.protected_hardlinks).
      copy(target, current);
    }
    // On the disk before the rename that takes the other name away.
    sync();
    prune();
  }

  /** Makes new entries durable, where there are any. */
  void sync() throws IOException {
    if (Files.isDirectory(directory)) {
      Directories.sync(directory);
    }
  }

  private void copy(Path target, FileState current) throws IOException {
    byte[] content = Files.readAllBytes(level.file(name));
    try (PendingFile copy = PendingFile.write(level, content)) {
      copy.backdate(current.lastModified());
      copy.publishOver(target);
    }
  }

  /** Deletes the key: moves its current state here, and adds an entry for the deletion. */
  void moveHere(FileState current) throws IOException {
    Path file = level.file(name);
    if (kept == 0) {
      unlink(file);
      return;
    }
    List<HistoryEntry> entries = entries();
    createDirectory();
    String id = idOfCurrent(entries, current);
    long number = Long.parseLong(id.substring(0, id.indexOf('-')));
    // Written before the file is moved, because a full disk refuses it.
    try (PendingFile deletion = PendingFile.write(level, new byte[0])) {
      move(file, entries, id);
      try {
        deletion.publishOver(directory.resolve(HistoryEntry.idOfDeletion(number + 1)));
      } catch (IOException e) {
        // The key is gone, and that is what the caller asked for.
        Shortcoming.DELETION_NOTE.log(file, e);
      }
    }
    prune();
  }

  private void move(Path file, List<HistoryEntry> entries, String id) throws IOException {
    if (entries.stream().anyMatch(entry -> entry.id().equals(id))) {
      // Both names belong to one file, and rename(2) does nothing then.
      unlink(file);
      return;
    }
    try {
      Files.move(file, directory.resolve(id), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      requireGone(file, e);
    }
  }

  /** Removes a file, if it exists. */
  static void unlink(Path file) throws IOException {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      requireGone(file, e);
    }
  }

  /** An error may come after the deed. */
  private static void requireGone(Path file, IOException e) throws IOException {
    if (IrregularFileException.isOccupied(file)) {
      throw FileErrorTranslator.provesThatNothingHappened(e) ? e : new UncertainException(e);
    }
  }

  /** Creates it where it is missing, and makes it durable with what is above it. */
  private void createDirectory() throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    for (Path each : List.of(level.hidden(), level.histories(), directory)) {
      Directories.createLike(level, each);
      Directories.sync(Objects.requireNonNull(each.getParent()));
    }
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

  /** Removes states beyond the number to keep. Ignores failures: the next change tries again. */
  private void prune() {
    int states = 0;
    try {
      for (HistoryEntry entry : entries()) {
        if (states >= kept) {
          Files.deleteIfExists(directory.resolve(entry.id()));
        } else if (!entry.deletion()) {
          states++;
        }
      }
    } catch (IOException e) {
      // One state too many does no harm, and the caller's change has succeeded.
    }
  }

  /** Returns whether there may be older states. */
  boolean exists() {
    return Files.isDirectory(directory);
  }

  /** Removes all older states and entries of deletions. */
  void purge() throws IOException {
    for (HistoryEntry entry : entries()) {
      Files.deleteIfExists(directory.resolve(entry.id()));
    }
    try {
      Files.deleteIfExists(directory);
    } catch (DirectoryNotEmptyException e) {
      // A file of another tool is in it.
    }
  }

  /** Returns the keys of a level that are absent and have a history. */
  public static List<String> deletedKeys(StoreDirectory level) throws IOException {
    List<String> deleted = new ArrayList<>();
    try {
      for (Path each : Directories.list(level.histories())) {
        String name = each.getFileName().toString();
        if (!Files.exists(level.file(name))
            && !new KeyHistory(level, name, 0).entries().isEmpty()) {
          deleted.add(name);
        }
      }
    } catch (NotDirectoryException e) {
      return List.of();
    }
    return deleted;
  }

  /** Reads the entries, newest first. */
  private List<HistoryEntry> entries() throws IOException {
    List<HistoryEntry> entries = new ArrayList<>();
    for (Path file : Directories.list(directory)) {
      HistoryEntry.of(file).ifPresent(entries::add);
    }
    entries.sort(Comparator.comparingLong(HistoryEntry::number).reversed());
    return entries;
  }

  /** Returns all states and deletions, newest first, the current state included. */
  public List<StoredVersion> versions() throws IOException {
    Snapshot snapshot = snapshot();
    List<StoredVersion> versions = new ArrayList<>();
    String currentId = "";
    if (snapshot.current.isPresent()) {
      FileState state = snapshot.current.get();
      currentId = idOfCurrent(snapshot.entries, state);
      versions.add(new StoredVersion(currentId, state.lastModified(), state.size(), true, false));
    }
    for (HistoryEntry entry : snapshot.entries) {
      if (!entry.id().equals(currentId)) {
        versions.add(entry.listed(versions.isEmpty() && entry.deletion()));
      }
    }
    return versions;
  }

  /** A current state and the history that belongs to it. */
  private record Snapshot(Optional<FileState> current, List<HistoryEntry> entries) {}

  /** Reads both until the history did not change while the current state was read. */
  private Snapshot snapshot() throws IOException {
    List<HistoryEntry> before = entries();
    for (int attempt = 1; ; attempt++) {
      Optional<FileState> current = FileState.read(level.file(name), 0);
      List<HistoryEntry> after = entries();
      if (before.equals(after)) {
        return new Snapshot(current, after);
      }
      if (attempt == ATTEMPTS) {
        throw new FileSystemException(
            directory.toString(), null, "it changed at each of " + ATTEMPTS + " reads");
      }
      before = after;
    }
  }

  /** Reads one state, whole; empty for an unknown id. */
  public Optional<FileState> read(String id) throws IOException {
    if (!HistoryEntry.isStateId(id)) {
      return Optional.empty();
    }
    Path older = directory.resolve(id);
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

  /**
   * One file of a key's history.
   *
   * @param number one more for each state and each deletion of the key
   * @param id the file's name: the number, and the beginning of the digest or {@code deleted}
   */
  record HistoryEntry(long number, String id, long size, Instant lastModified) {
    private static final Pattern ID = Pattern.compile("([0-9]{8,18})-([0-9a-f]{16}|deleted)");
    private static final String DELETED = "-deleted";

    static String idOf(long number, FileState state) {
      return String.format(
          Locale.ROOT, "%08d-%s", number, state.version().value().substring(0, 16));
    }

    static String idOfDeletion(long number) {
      return String.format(Locale.ROOT, "%08d%s", number, DELETED);
    }

    /** Returns whether a text has the form of the name of a state's file. */
    static boolean isStateId(String text) {
      return ID.matcher(text).matches() && !text.endsWith(DELETED);
    }

    /** Empty for a file of another tool, and for one that was pruned in the meantime. */
    static Optional<HistoryEntry> of(Path file) throws IOException {
      String id = file.getFileName().toString();
      Matcher matcher = ID.matcher(id);
      if (!matcher.matches()) {
        return Optional.empty();
      }
      try {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
        return Optional.of(
            new HistoryEntry(
                Long.parseLong(matcher.group(1)),
                id,
                found.size(),
                found.lastModifiedTime().toInstant()));
      } catch (NoSuchFileException e) {
        return Optional.empty();
      }
    }

    boolean deletion() {
      return id.endsWith(DELETED);
    }

    /** Returns whether this is the given state: the same bytes, written at the same time. */
    boolean isStateOf(FileState state) {
      return id.equals(idOf(number, state)) && lastModified.equals(state.lastModified());
    }

    StoredVersion listed(boolean latest) {
      return new StoredVersion(id, lastModified, deletion() ? 0 : size, latest, deletion());
    }
  }
}
