package io.github.checkpointmanager.internal.file;

import java.io.File;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
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

  /**
   * Returns the file, or the symbolic link to nothing, that is in the place of a directory or of
   * one of its parents.
   */
  static Optional<Path> fileInPlaceOf(Path directory) {
    return Stream.iterate(directory, Objects::nonNull, Path::getParent)
        .filter(IrregularFileException::isOccupied)
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

  /**
   * Creates a level, its parents and its hidden directories, where they are missing. Then it syncs
   * all parents, also those that exist: an earlier process may have died, or failed, between the
   * creation of one and its sync.
   */
  static void create(StoreDirectory level) throws IOException {
    if (!Files.isDirectory(level.pendingFiles())) {
      createWithParents(level.path());
      createHidden(level);
      createLike(level, level.pendingFiles());
    }
  }

  private static void createWithParents(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent != null) {
      createWithParents(parent);
    }
    if (!Files.isDirectory(directory)) {
      createOne(directory);
    }
    if (parent != null) {
      try {
        sync(parent);
      } catch (AccessDeniedException e) {
        // A parent without permission to read cannot be synced.
      }
    }
  }

  private static void createOne(Path directory) throws IOException {
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw new NotDirectoryException(directory.toString());
      }
    }
  }

  /**
   * Creates a directory of the store with the permissions of the level, so that all users who may
   * write to the level may write here, whatever the umask of the first process was. The directory
   * gets its name when it has its permissions: a process that dies in between leaves no directory
   * that other users cannot use.
   */
  static void createLike(StoreDirectory level, Path directory) throws IOException {
    Path place = Files.isDirectory(level.pendingFiles()) ? level.pendingFiles() : level.path();
    createLike(level, directory, List.of(place.resolve(unusedName())));
  }

  /**
   * Creates the hidden directory with the one of pending files in it. It is never seen empty, so
   * that the {@code rename(2)} of another process, which replaces an empty directory, cannot take
   * it away while a file is being created in it.
   */
  private static void createHidden(StoreDirectory level) throws IOException {
    Path unnamed = level.path().resolve(unusedName());
    Path pendingFiles = unnamed.resolve(level.pendingFiles().getFileName());
    createLike(level, level.hidden(), List.of(unnamed, pendingFiles));
  }

  private static String unusedName() {
    return StoreDirectory.HIDDEN + "-" + UUID.randomUUID();
  }

  private static void createLike(StoreDirectory level, Path directory, List<Path> unnamed)
      throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    try {
      for (Path each : unnamed) {
        Files.createDirectory(each);
        copyMode(level, each, PERMISSIONS);
      }
      Files.move(unnamed.get(0), directory, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      for (int i = unnamed.size() - 1; i >= 0; i--) {
        removeEmpty(unnamed.get(i));
      }
      // Another process may have created it first: rename(2) replaces no directory that has files.
      if (!Files.isDirectory(directory)) {
        throw IrregularFileException.isOccupied(directory)
            ? new NotDirectoryException(directory.toString())
            : e;
      }
    }
  }

  /** Creates an empty file of the store if it is missing, as {@link #createLike} does. */
  static void createFileLike(StoreDirectory level, Path file) throws IOException {
    try (PendingFile pending = PendingFile.write(level, new byte[0])) {
      pending.copyModeOf(level);
      pending.publishNew(file);
    } catch (FileAlreadyExistsException e) {
      // It keeps its permissions.
    } catch (UncertainException e) {
      throw new IOException(e.getMessage(), e); // of a file that is no state of a key
    }
  }

  /** Copies the permissions to read and write, for the level's other users. */
  static void copyModeToFile(StoreDirectory level, Path file) throws IOException {
    copyMode(level, file, READ_AND_WRITE);
  }

  /** Some shares refuse it: there all files have the permissions of the mount. */
  private static void copyMode(StoreDirectory level, Path to, int mask) throws IOException {
    if (!level.path().getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return;
    }
    int wanted = (Integer) Files.getAttribute(level.path(), "unix:mode") & mask;
    if (wanted == ((Integer) Files.getAttribute(to, "unix:mode") & mask)) {
      return;
    }
    try {
      Files.setAttribute(to, "unix:mode", wanted);
    } catch (FileSystemException e) {
      Shortcoming.PERMISSIONS.logOnce(level.path(), e);
    }
  }

  /** Removes a directory unless another process has put something into it. */
  static void removeEmpty(Path directory) {
    try {
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      // It stays, and does no harm.
    }
  }

  /**
   * Makes creations, renames and deletions in a directory durable, by an {@code fsync} of the
   * directory. POSIX does not define it; Linux and macOS do. Windows has no such call and needs
   * none. Shares that have no such call either (CIFS, some FUSE file systems) are used all the
   * same: what is lost is logged once.
   */
  static void sync(Path directory) throws IOException {
    if (WINDOWS) {
      return;
    }
    try {
      force(directory);
    } catch (IOException e) {
      if (!FileErrorTranslator.lacksDirectorySync(e)) {
        throw e;
      }
      Shortcoming.DIRECTORY_SYNC.logOnce(directory, e);
    }
  }

  private static void force(Path directory) throws IOException {
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
