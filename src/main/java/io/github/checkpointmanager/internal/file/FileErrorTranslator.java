package io.github.checkpointmanager.internal.file;

import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Turns failures of the file system into the port's exceptions. Java has types for a few of them;
 * the others are recognised by the text of {@code strerror}. Where that text is in another language
 * the kind is {@code UNAVAILABLE}, which is safe: nothing was written.
 */
final class FileErrorTranslator {
  private FileErrorTranslator() {}

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
          "Read it back, and check the disk");
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
      return new Meaning(
          Kind.INVALID,
          obstacle.get() + " is not a directory",
          "Choose another directory, or move that file away");
    }
    if (e instanceof AccessDeniedException) {
      return new Meaning(
          Kind.DENIED,
          "this process may not use " + reason,
          "Grant its user the right to read and write there, or run it as another user");
    }
    return byText(reason);
  }

  private static Meaning byText(String reason) {
    if (contains(reason, "read-only file system")) {
      return new Meaning(Kind.DENIED, reason, "Mount it writable, or choose another directory");
    }
    // Unlike "permission denied": a sticky directory, an immutable file.
    if (contains(reason, "not permitted")) {
      return new Meaning(Kind.DENIED, reason, "Run it as the file's owner, or change the owner");
    }
    if (contains(reason, "no space left", "quota exceeded")) {
      return new Meaning(
          Kind.UNAVAILABLE, reason + "; nothing was written", "Free some space, and try again");
    }
    if (contains(reason, "file name too long")) {
      return new Meaning(
          Kind.INVALID,
          "the file system takes no path or name of that length",
          "Use a shorter name or directory");
    }
    if (contains(reason, "not supported", "not implemented", "no locks available")) {
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
