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

  Path histories() {
    return hidden().resolve("history");
  }

  /**
   * Returns the time by the clock that dates the level's files; empty where this process may not
   * write. On a network file system that is the server's clock, which can be read only by writing a
   * file and reading its time; {@code utimes} would set the client's time.
   */
  Optional<Instant> now() {
    Path clock = hidden().resolve("clock");
    try {
      try {
        touch(clock);
      } catch (NoSuchFileException e) {
        Directories.create(this);
        Directories.createFileLike(this, clock);
        touch(clock);
      }
      return Optional.of(Files.getLastModifiedTime(clock).toInstant());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void touch(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
      out.write('\n');
    }
  }
}
