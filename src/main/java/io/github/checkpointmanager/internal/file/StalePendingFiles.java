package io.github.checkpointmanager.internal.file;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Removes drafts of processes that died while they wrote. */
final class StalePendingFiles {
  /**
   * A write takes seconds. Should one be paused for longer and lose its draft, it fails with
   * nothing written, since a draft that is gone can be neither linked nor renamed.
   */
  private static final Duration KEPT = Duration.ofHours(1);

  private StalePendingFiles() {}

  /**
   * Best effort: a failure here must not make a write that succeeded look as if it had not.
   *
   * @param now by the clock of the file system
   */
  static void sweep(StoreDirectory level, Instant now) {
    try (DirectoryStream<Path> drafts = Files.newDirectoryStream(level.drafts())) {
      for (Path draft : drafts) {
        if (Files.getLastModifiedTime(draft).toInstant().isBefore(now.minus(KEPT))) {
          Files.deleteIfExists(draft);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // The next write tries again.
    }
  }
}
