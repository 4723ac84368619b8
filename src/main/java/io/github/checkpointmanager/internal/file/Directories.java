package io.github.checkpointmanager.internal.file;

import java.io.File;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Lists and creates directories, and makes changes in them durable. */
final class Directories {
  private static final boolean WINDOWS = File.separatorChar == '\\';
  private static final int READ_AND_WRITE = 0666;
  private static final int PERMISSIONS = 07777;

  private Directories() {}

  /** Returns what is in a directory, read at once and in no order; nothing if it is missing. */
  static List<Path> list(Path directory) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      files.forEach(found::add);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }

  /** Returns the file that is in the place of a directory or of one of its parents. */
  static Optional<Path> fileInPlaceOf(Path directory) {
    return Stream.iterate(directory, Objects::nonNull, Path::getParent)
        .filter(path -> Files.exists(path))
        .findFirst()
        .filter(path -> !Files.isDirectory(path));
  }

  /**
   * Returns whether a file is in the place of a level or of one of its parents below the root:
   * {@code a/b/} where {@code a} is a file.
   */
  static boolean isBlockedByFile(Path level, Path root) {
    return fileInPlaceOf(level)
        .filter(file -> file.startsWith(root) && !file.equals(root))
        .isPresent();
  }

  /**
   * Refuses a root when it, or a parent of it, is a file. Needed because newer Java versions report
   * a file below a file as absent: JDK 25 throws {@code NoSuchFileException} where Linux says
   * {@code ENOTDIR}.
   */
  static void requireNoFileInPlaceOf(Path root) throws IOException {
    Optional<Path> file = fileInPlaceOf(root);
    if (file.isPresent()) {
      throw new NotDirectoryException(file.get().toString());
    }
  }

  /** Creates a level, its parents and its hidden directories, where they are missing. */
  static void create(StoreDirectory level) throws IOException {
    createWithParents(level.path());
    createLike(level.path(), level.hidden());
    createLike(level.path(), level.pendingFiles());
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
        // A parent without permission to read cannot be synced.
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
   * Creates a directory of the store with the permissions of the level, so that all users who may
   * write to the level may write here, whatever the umask of the first process was.
   */
  static void createLike(Path level, Path directory) throws IOException {
    if (createOne(directory)) {
      copyMode(level, directory, PERMISSIONS);
    }
  }

  /** Creates an empty file of the store if it is missing, as {@link #createLike} does. */
  static void createFileLike(Path level, Path file) throws IOException {
    try {
      Files.createFile(file);
      copyMode(level, file, READ_AND_WRITE);
    } catch (FileAlreadyExistsException e) {
      // It keeps its permissions.
    }
  }

  private static void copyMode(Path level, Path to, int mask) throws IOException {
    if (level.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      int mode = (Integer) Files.getAttribute(level, "unix:mode");
      Files.setAttribute(to, "unix:mode", mode & mask);
    }
  }

  /**
   * Makes creations, renames and deletions in a directory durable, by an {@code fsync} of the
   * directory. POSIX does not define it; Linux and macOS do. Windows has no such call and needs
   * none.
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
          // The interrupt is meant for the caller's task; the write must be confirmed all the same.
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
