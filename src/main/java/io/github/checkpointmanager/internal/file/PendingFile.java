package io.github.checkpointmanager.internal.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.UUID;

/**
 * Bytes that are on disk and not yet visible under their key. Closing removes what was not
 * published.
 */
final class PendingFile implements AutoCloseable {
  /**
   * Each chunk is synced when it is written; larger ones would stay in the JVM's cache of direct
   * buffers, one for each thread.
   */
  private static final int CHUNK = 1024 * 1024;

  private final Path path;

  private PendingFile(Path path) {
    this.path = path;
  }

  /** Writes and syncs a draft; creates the level if it is missing. */
  static PendingFile write(StoreDirectory level, byte[] content) throws IOException {
    try {
      return writeInto(level.drafts(), content);
    } catch (FileSystemException e) {
      // Another process may have made the directory just now, so "no such file" always counts.
      if (!(e instanceof NoSuchFileException) && Files.isDirectory(level.drafts())) {
        throw e;
      }
      Directories.create(level);
      return writeInto(level.drafts(), content);
    }
  }

  /**
   * Through a stream that {@link Files} opens, because that one is not closed by an interrupt, and
   * with {@code O_SYNC}, because such a stream has no {@code fsync}.
   */
  private static PendingFile writeInto(Path drafts, byte[] content) throws IOException {
    PendingFile draft = new PendingFile(drafts.resolve(UUID.randomUUID().toString()));
    boolean written = false;
    try {
      draft.fill(content);
      written = true;
      return draft;
    } finally {
      if (!written) {
        draft.close();
      }
    }
  }

  private void fill(byte[] content) throws IOException {
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
  }

  /** When the bytes were written, by the clock of the file system. */
  Instant written() throws IOException {
    return Files.getLastModifiedTime(path).toInstant();
  }

  /**
   * Makes the bytes visible as a new file, atomically: {@code link(2)} fails if the name exists,
   * whoever made it.
   *
   * @throws java.nio.file.FileAlreadyExistsException if it exists
   */
  void publishNew(Path target) throws IOException {
    try {
      Files.createLink(target, path);
    } catch (UnsupportedOperationException e) {
      throw withoutLinks(target, e);
    } catch (FileSystemException e) {
      // How Linux says it (FAT). The draft is ours, so nothing else can be meant.
      if (String.valueOf(e.getReason()).contains("not permitted")) {
        throw withoutLinks(target, e);
      }
      throw e;
    }
  }

  private static IOException withoutLinks(Path target, Exception cause) {
    return new IOException(target + ": hard links are not supported here", cause);
  }

  /** Makes the bytes visible in place of a file, atomically: {@code rename(2)}. */
  void publishOver(Path target) throws IOException {
    Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Gives the bytes the time at which the state that they are a copy of was written. */
  void backdate(Instant written) throws IOException {
    Files.setLastModifiedTime(path, FileTime.from(written));
  }

  /**
   * What cannot be removed now is swept later ({@link StalePendingFiles}), so that failure is no
   * news.
   */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // See above.
    }
  }
}
