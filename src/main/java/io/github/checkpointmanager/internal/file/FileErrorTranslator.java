package io.github.checkpointmanager.internal.file;

import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Turns failures of the file system into the port's exceptions. Java has types for a few of them;
 * the others are recognised by the text of {@code strerror}. Where that text is in another language
 * the kind is {@code UNAVAILABLE}, which is safe: nothing was written.
 */
final class FileErrorTranslator {
  private FileErrorTranslator() {}

  /**
   * Returns the exception.
   *
   * @param what what failed, naming key and directory
   * @param root of the store
   */
  static StoreException translate(IOException e, String what, Path root) {
    if (e instanceof KeyFile.UnconfirmedException) {
      return unconfirmed(e, what);
    }
    if (e instanceof DirectoryLock.HeldException) {
      return new StoreException(
          Kind.UNAVAILABLE,
          what,
          reason(e),
          "Look at that process, and end it if it hangs, which releases the lock. Do not remove"
              + " the lock file",
          e);
    }
    Path obstacle = obstacle(e, root);
    if (obstacle != null) {
      return new StoreException(
          Kind.INVALID,
          what,
          obstacle + " is not a directory",
          "Choose another directory, or move that file away",
          e);
    }
    if (e instanceof AccessDeniedException) {
      return new StoreException(
          Kind.DENIED,
          what,
          "this process may not use " + e.getMessage(),
          "Grant its user the right to read and write there, or run it as another user",
          e);
    }
    return byText(e, what);
  }

  private static StoreException byText(IOException e, String what) {
    String text = reason(e).toLowerCase(Locale.ROOT);
    if (text.contains("read-only file system")) {
      return new StoreException(
          Kind.DENIED, what, reason(e), "Mount it writable, or choose another directory", e);
    }
    // Unlike "permission denied": a sticky directory, an immutable file.
    if (text.contains("not permitted")) {
      return new StoreException(
          Kind.DENIED, what, reason(e), "Run it as the file's owner, or change the owner", e);
    }
    if (text.contains("no space left") || text.contains("quota exceeded")) {
      return new StoreException(
          Kind.UNAVAILABLE,
          what,
          reason(e) + "; nothing was written",
          "Free some space, and try again",
          e);
    }
    if (text.contains("file name too long")) {
      return new StoreException(
          Kind.INVALID,
          what,
          "the file system takes no path or name of that length",
          "Use a shorter name or directory",
          e);
    }
    if (text.contains("not supported")
        || text.contains("not implemented")
        || text.contains("no locks available")) {
      return new StoreException(
          Kind.UNSUPPORTED,
          what,
          reason(e),
          "Use a file system that has hard links, atomic renames and POSIX locks",
          e);
    }
    return new StoreException(
        Kind.UNAVAILABLE, what, reason(e), "Try again; if it fails again, check disk and mount", e);
  }

  static StoreException unconfirmed(IOException e, String what) {
    return new StoreException(
        Kind.OUTCOME_UNKNOWN,
        what,
        "the write is visible, but the disk did not confirm it: " + reason(e),
        "Read it back, and check the disk",
        e);
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  /** Returns the file that is in the place of a level, of the root, or of a parent of it. */
  private static @Nullable Path obstacle(IOException e, Path root) {
    Path from = root;
    if (e instanceof NotDirectoryException missing && missing.getFile() != null) {
      from = Path.of(missing.getFile());
    }
    for (Path path = from; path != null; path = path.getParent()) {
      if (Files.exists(path)) {
        return Files.isDirectory(path) ? null : path;
      }
    }
    return null;
  }
}
