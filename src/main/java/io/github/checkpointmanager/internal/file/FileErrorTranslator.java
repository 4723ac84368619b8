package io.github.checkpointmanager.internal.file;

import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Turns failures of the file system into the port's exceptions. Java has types for a few of them;
 * the others are recognised by the text of {@code strerror}. Where that text is unknown or in
 * another language, the answer is the safe one: a publication may have happened, a link is no loop,
 * a failed sync is a failure; and the kind is {@code UNAVAILABLE} where nothing was published.
 */
final class FileErrorTranslator {
  private FileErrorTranslator() {}

  /**
   * Whether a failed {@code link}, {@code rename} or {@code unlink} proves that nothing happened. A
   * network file system may answer all others (a time-out, an I/O error, "no such file" for a
   * request that was sent twice) after the deed, or before it.
   */
  static boolean provesThatNothingHappened(IOException e) {
    return e instanceof AccessDeniedException
        || e instanceof FileAlreadyExistsException
        || e instanceof DirectoryNotEmptyException
        || e instanceof AtomicMoveNotSupportedException
        || contains(
            reasonOf(e),
            "operation not permitted",
            "read-only file system",
            "no space left",
            "quota exceeded",
            "cross-device link",
            "too many links",
            "file name too long",
            "not supported",
            "not implemented",
            "unknown error 524",
            "not a directory",
            "is a directory",
            "too many levels of symbolic links");
  }

  /**
   * Whether a failed {@code link} means that there are no hard links here. 524 is the kernel's own
   * {@code ENOTSUPP}, of 9p. The linking process owns the file, and the file has one name, so no
   * other cause is possible for "not permitted" (FAT) and "too many links".
   */
  static boolean lacksHardLinks(IOException e) {
    return contains(
        reasonOf(e),
        "operation not permitted",
        "not supported",
        "not implemented",
        "unknown error 524",
        "cross-device link",
        "too many links");
  }

  /** Whether a failed {@code fsync} of a directory means that the file system has no such call. */
  static boolean lacksDirectorySync(IOException e) {
    return contains(
        reasonOf(e),
        "invalid argument",
        "not supported",
        "not implemented",
        "unknown error 524",
        "bad file descriptor",
        "is a directory",
        "inappropriate ioctl");
  }

  static boolean isLoop(IOException e) {
    return contains(reasonOf(e), "too many levels of symbolic links");
  }

  /** {@code RandomAccessFile} puts the system's text in parentheses after the name. */
  static boolean isOfReadOnlyFileSystem(FileNotFoundException e) {
    String message = String.valueOf(e.getMessage());
    return contains(message.substring(message.lastIndexOf('(') + 1), "read-only file system");
  }

  /** Returns why the system refused, without the names of files, which may have any text. */
  static String reasonOf(IOException e) {
    String reason =
        e instanceof FileSystemException failed && failed.getFile() != null
            ? failed.getReason()
            : e.getMessage();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }

  /** What a failure means, and what to do. */
  private record Meaning(Kind kind, String why, String remedy) {}

  /** Returns the port's exception; {@code what} names key and directory. */
  static StoreException translate(IOException e, String what, Path root) {
    Meaning meaning = byType(e, root);
    return new StoreException(meaning.kind, what, meaning.why, meaning.remedy, e);
  }

  private static Meaning byType(IOException e, Path root) {
    String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    if (e instanceof KeyFile.UnconfirmedException) {
      return new Meaning(
          Kind.OUTCOME_UNKNOWN,
          "the write is visible, but the disk did not confirm it: " + reason,
          "Check the disk; the system's log may say more. Then write the same again");
    }
    if (e instanceof UnconfirmedWrites.NotDurableException) {
      return new Meaning(
          Kind.UNAVAILABLE,
          "the write is visible, but the disk did not confirm it: " + reason,
          "Check the disk; the system's log may say more. Then try again");
    }
    if (e instanceof UncertainException) {
      return new Meaning(
          Kind.OUTCOME_UNKNOWN,
          reason + ", which does not say whether it was done",
          "Read it back, and check disk and mount");
    }
    if (e instanceof IrregularFileException irregular) {
      return new Meaning(Kind.INVALID, reason, irregular.remedy());
    }
    if (e instanceof DirectoryLock.HeldException) {
      return new Meaning(
          Kind.UNAVAILABLE,
          reason,
          "Look at that process, and end it if it hangs, which releases the lock. Do not remove"
              + " the lock file");
    }
    Path from =
        e instanceof NotDirectoryException missing && missing.getFile() != null
            ? Path.of(missing.getFile())
            : root;
    Optional<Path> obstacle = Directories.fileInPlaceOf(from);
    if (obstacle.isPresent()) {
      return ofObstacle(obstacle.get());
    }
    if (e instanceof AccessDeniedException) {
      return new Meaning(
          Kind.DENIED,
          "this process may not use " + reason,
          "Grant its user the right to read and write there, or run it as another user");
    }
    return byText(reasonOf(e), reason);
  }

  private static Meaning ofObstacle(Path obstacle) {
    return Files.isSymbolicLink(obstacle)
        ? new Meaning(
            Kind.INVALID,
            obstacle + " is a symbolic link that leads to no directory",
            "Restore what it leads to (a disk may not be mounted), or choose another directory")
        : new Meaning(
            Kind.INVALID,
            obstacle + " is not a directory",
            "Choose another directory, or move that file away");
  }

  private static Meaning byText(String text, String reason) {
    if (contains(text, "read-only file system")) {
      return new Meaning(Kind.DENIED, reason, "Mount it writable, or choose another directory");
    }
    // Unlike "permission denied": a sticky directory, an immutable file.
    if (contains(text, "not permitted")) {
      return new Meaning(Kind.DENIED, reason, "Run it as the file's owner, or change the owner");
    }
    if (contains(text, "no space left", "quota exceeded")) {
      return new Meaning(
          Kind.UNAVAILABLE, reason + "; nothing was written", "Free some space, and try again");
    }
    if (contains(text, "file name too long")) {
      return new Meaning(
          Kind.INVALID,
          "the file system takes no path or name of that length",
          "Use a shorter name or directory");
    }
    if (contains(text, "not supported", "not implemented", "no locks available")) {
      return new Meaning(Kind.UNSUPPORTED, reason, DirectoryDoctor.OTHER_FILE_SYSTEM);
    }
    return new Meaning(
        Kind.UNAVAILABLE, reason, "Try again; if it fails again, check disk and mount");
  }

  private static boolean contains(String reason, String... texts) {
    String lower = reason.toLowerCase(Locale.ROOT);
    return Arrays.stream(texts).anyMatch(lower::contains);
  }
}
