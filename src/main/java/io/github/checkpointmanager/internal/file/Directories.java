package io.github.checkpointmanager.internal.file;

import java.io.File;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes directories, and makes durable what happened in them. */
final class Directories {
  private static final boolean WINDOWS = File.separatorChar == '\\';
  private static final int READ_AND_WRITE = 0666;
  private static final int PERMISSIONS = 07777;

  private Directories() {}

  /**
   * Whether a level cannot be there because a file is: {@code a/b/} where {@code a} is one. The
   * root itself does not count.
   */
  static boolean isBlockedByFile(Path level, Path root) {
    for (Path path = level; path != null && !path.equals(root); path = path.getParent()) {
      if (Files.isRegularFile(path)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Refuses a root that cannot be a directory because it, or what should be above it, is a file.
   * Newer Java versions call a file below a file absent: JDK 25 throws {@code NoSuchFileException}
   * for the attributes of what Linux refuses with {@code ENOTDIR}.
   */
  static void requireNoFileInPlaceOf(Path root) throws IOException {
    for (Path path = root; path != null; path = path.getParent()) {
      if (Files.isDirectory(path)) {
        return;
      }
      if (Files.exists(path)) {
        throw new NotDirectoryException(path.toString());
      }
    }
  }

  /** Creates a level with its parents and its hidden directories, as far as they are missing. */
  static void create(StoreDirectory level) throws IOException {
    createWithParents(level.path());
    createLike(level.path(), level.hidden());
    createLike(level.path(), level.drafts());
  }

  private static void createWithParents(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.getParent();
    if (parent != null) {
      createWithParents(parent);
    }
    createOne(directory);
    if (parent != null) {
      try {
        sync(parent);
      } catch (AccessDeniedException e) {
        // A parent that may be written and not read cannot be synced; nothing else follows.
      }
    }
  }

  private static boolean createOne(Path directory) throws IOException {
    try {
      Files.createDirectory(directory);
      return true;
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw new NotDirectoryException(directory.toString());
      }
      return false;
    }
  }

  /**
   * Creates a directory of ours, with the permissions of the level: whoever may write to the level
   * may then also write here, whatever the umask of the process that came first.
   */
  static void createLike(Path level, Path directory) throws IOException {
    if (createOne(directory) && hasModes(level)) {
      Files.setAttribute(directory, "unix:mode", mode(level) & PERMISSIONS);
    }
  }

  /** Creates an empty file of ours if it is missing, writable for whoever may write the level. */
  static void createFileLike(Path level, Path file) throws IOException {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException e) {
      return;
    }
    if (hasModes(level)) {
      Files.setAttribute(file, "unix:mode", mode(level) & READ_AND_WRITE);
    }
  }

  private static boolean hasModes(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("unix");
  }

  private static int mode(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:mode");
  }

  /**
   * Makes creations, renames and deletions in a directory durable: {@code fsync} of the directory,
   * which POSIX leaves open and Linux and macOS do. Windows has no such call and needs none.
   */
  static void sync(Path directory) throws IOException {
    if (WINDOWS) {
      return;
    }
    boolean interrupted = false;
    try {
      while (true) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
          channel.force(true);
          return;
        } catch (ClosedByInterruptException e) {
          // An interrupt is for the caller's task; it must not leave a finished write in doubt.
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
