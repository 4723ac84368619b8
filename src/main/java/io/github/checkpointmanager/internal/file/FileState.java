package io.github.checkpointmanager.internal.file;

import io.github.checkpointmanager.internal.digest.Sha256;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * One state of one file. Its version is the SHA-256 of its bytes: inode numbers are reused and
 * times are coarse, so neither distinguishes two states.
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record FileState(byte[] head, long size, Version version, Instant lastModified) {
  /** As a limit: the whole file. Larger arrays do not exist. */
  public static final int WHOLE = Integer.MAX_VALUE - 16;

  private static final int BUFFER = 64 * 1024;

  /** Reads again while another tool writes the file in place, or after a stale NFS handle. */
  private static final int ATTEMPTS = 20;

  /** Reads a file, and keeps at most {@code limit} bytes; empty if there is no such file. */
  static Optional<FileState> read(Path file, int limit) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        BasicFileAttributes attributes = IrregularFileException.requireRegular(file);
        if (attributes.size() > WHOLE && limit == WHOLE) {
          throw new FileSystemException(file.toString(), null, "it is larger than 2 GiB");
        }
        FileState state = readOnce(file, (int) Math.min(limit, attributes.size()));
        if (state.size == attributes.size()) {
          return Optional.of(state);
        }
        if (attempt == ATTEMPTS) {
          throw new FileSystemException(
              file.toString(), null, "it changed its size at each of " + ATTEMPTS + " reads");
        }
      } catch (NoSuchFileException e) {
        return Optional.empty();
      } catch (IOException e) {
        // NFS: the file was replaced on another client after it was opened here.
        boolean stale = String.valueOf(e.getMessage()).contains("Stale file handle");
        if (!stale || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /**
   * The bytes belong to one state, because the store never changes a file in place. The time is
   * read afterwards. If the file was replaced in between, the time is too young and the version is
   * no longer current, so no replace can succeed with this pair. Read before, the time could make a
   * new state look old.
   */
  private static FileState readOnce(Path file, int limit) throws IOException {
    MessageDigest digest = Sha256.newDigest();
    byte[] head = new byte[limit];
    long size = 0;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        if (size < limit) {
          System.arraycopy(buffer, 0, head, (int) size, (int) Math.min(n, limit - size));
        }
        size += n;
      }
    }
    Version version = new Version(HexFormat.of().formatHex(digest.digest()));
    Instant lastModified = Files.getLastModifiedTime(file).toInstant();
    byte[] kept = size < limit ? Arrays.copyOf(head, (int) size) : head;
    return new FileState(kept, size, version, lastModified);
  }

  static Version versionOf(byte[] content) {
    return new Version(Sha256.hex(content));
  }

  public StoredObject toObject(Optional<Instant> storeTime) {
    return new StoredObject(head, size, version, lastModified, storeTime);
  }
}
