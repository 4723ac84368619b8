package io.github.checkpointmanager.internal.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;

/**
 * The clock that dates a level's files. On a network file system that is the server's clock, which
 * can be read only by writing a file and reading its time; {@code utimes} would set the client's
 * time.
 */
final class FileSystemClock {
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
