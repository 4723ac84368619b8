package io.github.checkpointmanager.internal.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that a file system refuses and that the store can do without. What is lost then is
 * logged. Thread-safe.
 */
final class Shortcoming {
  static final Shortcoming DIRECTORY_SYNC =
      new Shortcoming(
          "The file system of {} does not sync directories ({}): after a power failure the latest"
              + " records may be missing; the end of a process loses nothing");

  static final Shortcoming PERMISSIONS =
      new Shortcoming(
          "The store's own files in {} cannot get the permissions of that directory ({}): other"
              + " users may not be able to write there");

  static final Shortcoming DELETION_NOTE =
      new Shortcoming(
          "{} is deleted, but the note of its deletion in the history is missing ({}): the history"
              + " shows its older states only");

  private static final Logger LOG = LoggerFactory.getLogger(Shortcoming.class);

  private final String message;
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  private Shortcoming(String message) {
    this.message = message;
  }

  /** Logs it, once for each file system in the life of this process. */
  void logOnce(Path path, IOException e) {
    if (told.add(fileSystemOf(path))) {
      log(path, e);
    }
  }

  void log(Path path, IOException e) {
    LOG.warn(message, path, FileErrorTranslator.reasonOf(e));
  }

  private static String fileSystemOf(Path path) {
    try {
      return String.valueOf(Files.getFileStore(path));
    } catch (IOException e) {
      return "";
    }
  }
}
