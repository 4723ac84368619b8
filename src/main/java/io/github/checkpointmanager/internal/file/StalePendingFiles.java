package io.github.checkpointmanager.internal.file;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Removes the pending files of processes that died while they wrote. */
final class StalePendingFiles {
  /**
   * A write takes seconds. A process that was paused for longer, and whose file was removed, fails
   * with nothing written: a file that is gone can be neither linked nor renamed.
   */
  private static final Duration KEPT = Duration.ofHours(1);

  private StalePendingFiles() {}

  /**
   * Removes what is older than {@link #KEPT}. Ignores failures: the caller's write does not depend
   * on it.
   *
   * @param now by the file system's clock
   */
  static void sweep(StoreDirectory level, Instant now) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(level.pendingFiles())) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(KEPT))) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // The next write tries again.
    }
  }
}
