package io.github.checkpointmanager.internal.file;

import io.github.checkpointmanager.store.CheckpointStore.StoredVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
    return String.format(Locale.ROOT, "%08d-%s", number, state.version().value().substring(0, 16));
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
