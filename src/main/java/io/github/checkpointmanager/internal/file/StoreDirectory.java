package io.github.checkpointmanager.internal.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;

/**
 * The directory of one level: its keys are files in it, and everything else that the store needs is
 * in its hidden subdirectory ({@code docs/FORMAT.md}, "Directory store layout"). Lock, history and
 * pending files belong to the level and not to the store's root, so that two stores whose roots are
 * nested agree about the keys that both see.
 */
public record StoreDirectory(Path path) {
  /** Never listed, and refused as a part of keys. */
  public static final String HIDDEN = ".checkpoint-store";

  Path file(String name) {
    return path.resolve(name);
  }

  Path hidden() {
    return path.resolve(HIDDEN);
  }

  /** Files that are being written, or were when their process died. */
  Path pendingFiles() {
    return hidden().resolve("drafts");
  }

  /**
   * Locked for each replace and each batch of deletions. Only {@link DirectoryLock} may open it: a
   * POSIX lock is released when the process closes any descriptor of the file.
   */
  Path lock() {
    return hidden().resolve("lock");
  }

  Path clock() {
    return hidden().resolve("clock");
  }

  Path histories() {
    return hidden().resolve("history");
  }

  Path history(String name) {
    return histories().resolve(name);
  }

  /**
   * The clock that dates a level's files. On a network file system that is the server's clock,
   * which can be read only by writing a file and reading its time; {@code utimes} would set the
   * client's time.
   */
  static final class FileSystemClock {
    private FileSystemClock() {}

    /** Returns the time; empty where this process may not write. */
    static Optional<Instant> now(StoreDirectory level) {
      try {
        try {
          touch(level);
        } catch (NoSuchFileException e) {
          Directories.create(level);
          Directories.createFileLike(level.path(), level.clock());
          touch(level);
        }
        return Optional.of(Files.getLastModifiedTime(level.clock()).toInstant());
      } catch (IOException e) {
        return Optional.empty();
      }
    }

    private static void touch(StoreDirectory level) throws IOException {
      try (OutputStream out = Files.newOutputStream(level.clock(), StandardOpenOption.WRITE)) {
        out.write('\n');
      }
    }
  }
}
