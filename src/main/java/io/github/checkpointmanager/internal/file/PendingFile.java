package io.github.checkpointmanager.internal.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * A file whose bytes are on the disk, and not yet visible under their key. Closing it removes the
 * file unless it was published by a rename.
 */
final class PendingFile implements AutoCloseable {
  /** The size of one synced write. The JVM would keep a larger buffer for each thread. */
  private static final int CHUNK = 1024 * 1024;

  /**
   * How long a pending file is kept. A write takes seconds. A process that was paused for longer,
   * and whose file was removed, fails with nothing written: a file that is gone can be neither
   * linked nor renamed.
   */
  private static final Duration KEPT = Duration.ofHours(1);

  /** Each failed attempt needs another process that removes or replaces the directory. */
  private static final int ATTEMPTS = 10;

  private final Path path;
  private final BasicFileAttributes attributes;

  private PendingFile(Path path, BasicFileAttributes attributes) {
    this.path = path;
    this.attributes = attributes;
  }

  /** Writes and syncs a file; creates the level if it is missing, or is removed meanwhile. */
  static PendingFile write(StoreDirectory level, byte[] content) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return writeInto(level.pendingFiles(), content);
      } catch (FileSystemException e) {
        // After "no such file" the directory may exist: another process may have just created it.
        boolean absent =
            e instanceof NoSuchFileException || !Files.isDirectory(level.pendingFiles());
        if (!absent || attempt == ATTEMPTS) {
          throw e;
        }
        Directories.create(level);
      }
    }
  }

  /**
   * Writes through a stream of {@link Files}, which an interrupt does not close, with {@code
   * O_SYNC}, because such a stream has no {@code fsync}.
   */
  private static PendingFile writeInto(Path directory, byte[] content) throws IOException {
    Path path = directory.resolve(UUID.randomUUID().toString());
    try {
      try (OutputStream out =
          Files.newOutputStream(
              path,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE,
              StandardOpenOption.SYNC)) {
        for (int from = 0; from < content.length; from += CHUNK) {
          out.write(content, from, Math.min(CHUNK, content.length - from));
        }
      }
      return new PendingFile(path, Files.readAttributes(path, BasicFileAttributes.class));
    } catch (Throwable e) {
      remove(path);
      throw e;
    }
  }

  /** Returns when the bytes were written, by the file system's clock. */
  Instant written() {
    return attributes.lastModifiedTime().toInstant();
  }

  /** Gives the file the permissions of the level, to read and to write. */
  void copyModeOf(StoreDirectory level) throws IOException {
    Directories.copyModeToFile(level, path);
  }

  /**
   * Makes the bytes visible as a new file, atomically: {@code link(2)} fails with a {@link
   * java.nio.file.FileAlreadyExistsException} if the name exists. It returns also after an error,
   * if the name is that of this very file: a network file system sends requests again, and a server
   * answers the second with an error.
   *
   * @throws UncertainException the name may come to exist
   */
  void publishNew(Path target) throws IOException {
    try {
      Files.createLink(target, path);
    } catch (UnsupportedOperationException e) {
      throw withoutLinks(target, e);
    } catch (IOException e) {
      if (isPublishedAs(target)) {
        return;
      }
      if (FileErrorTranslator.lacksHardLinks(e)) {
        throw withoutLinks(target, e);
      }
      throw FileErrorTranslator.provesThatNothingHappened(e) ? e : new UncertainException(e);
    }
  }

  /** Whether the target is this very file; false where the file system numbers no files. */
  private boolean isPublishedAs(Path target) {
    try {
      Object key =
          Files.readAttributes(target, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
              .fileKey();
      return key != null && key.equals(attributes.fileKey());
    } catch (IOException e) {
      return false;
    }
  }

  private static IOException withoutLinks(Path target, Exception cause) {
    return new IOException(target + ": hard links are not supported here", cause);
  }

  /**
   * Makes the bytes visible in place of a file, atomically: {@code rename(2)}. It returns also
   * after an error, if it was carried out.
   *
   * @throws UncertainException it may have been carried out, or still be
   */
  void publishOver(Path target) throws IOException {
    try {
      Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!isPublishedAs(target)) {
        throw FileErrorTranslator.provesThatNothingHappened(e) ? e : new UncertainException(e);
      }
    }
  }

  /** Sets the time of the state of which the bytes are a copy. */
  void backdate(Instant written) throws IOException {
    Files.setLastModifiedTime(path, FileTime.from(written));
  }

  /** Removes the file. Ignores a failure: {@link #sweep} removes it later. */
  @Override
  public void close() {
    remove(path);
  }

  private static void remove(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // A later write removes it.
    }
  }

  /**
   * Removes the pending files of processes that died while they wrote. Ignores failures: the
   * caller's write does not depend on it. {@code now} is the file system's time.
   */
  static void sweep(StoreDirectory level, Instant now) {
    try {
      for (Path file : Directories.list(level.pendingFiles())) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(KEPT))) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      // The next write tries again.
    }
  }
}
