package io.github.checkpointmanager.pipeline;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.internal.record.LogSafe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Identifies files and directories by their content: a file by its size and SHA-256, a directory by
 * the sorted list of its files, as {@code docs/FORMAT.md} specifies. Modification times,
 * permissions, empty directories, and what a checkpoint store keeps do not count; symbolic links
 * are followed. Every call reads everything; an interrupt ends it. Thread-safe.
 */
public final class LocalFiles implements InputSource {
  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://.*");

  private final Path base;

  private LocalFiles(Path base) {
    this.base = base;
  }

  /** Resolves relative paths against this directory. */
  public static LocalFiles below(Path directory) {
    return new LocalFiles(directory);
  }

  /** Knows everything that is not an address such as {@code s3://bucket/key}. */
  @Override
  public boolean knows(String name) {
    return !ADDRESS.matcher(name).matches();
  }

  @Override
  public Optional<ContentDigest> identify(String name) throws InputException {
    Path path = path(name);
    try {
      return Optional.of(TreeDigest.of(path));
    } catch (NoSuchFileException e) {
      return absent(name, path, e);
    } catch (TreeDigest.UnsuitableException e) {
      throw failed(name, e.why(), e.remedy(), e);
    } catch (UncheckedIOException | IOException e) {
      throw failed(name, reason(e), "Make it readable", e);
    }
  }

  /** Looks at the file or directory itself; what is in a directory is not read. */
  @Override
  public boolean exists(String name) throws InputException {
    Path path = path(name);
    if (Files.isRegularFile(path) || Files.isDirectory(path)) {
      if (Files.isReadable(path)) {
        return true;
      }
      throw failed(name, "permission denied", "Make it readable", null);
    }
    return identify(name).isPresent(); // says what it is
  }

  private Path path(String name) throws InputException {
    try {
      return base.resolve(name);
    } catch (InvalidPathException e) {
      throw failed(name, "it is not a valid path: " + e.getReason(), "Correct it", e);
    }
  }

  /** A file system's own words, without the names of Java's classes. */
  private static String reason(Exception e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return e instanceof FileSystemException failure && failure.getReason() != null
        ? LogSafe.of(failure.getReason())
        : LogSafe.of(String.valueOf(e.getMessage()));
  }

  /** A file may have been removed while its directory was read: then the answer is not known. */
  private static Optional<ContentDigest> absent(String name, Path path, IOException e)
      throws InputException {
    if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    if (Files.isSymbolicLink(path)) {
      throw failed(
          name, "it is a link whose target does not exist", "Remove it, or create its target", e);
    }
    throw failed(name, "it changed while it was read", "Run again when nothing writes to it", e);
  }

  private static InputException failed(
      String name, String why, String remedy, @Nullable Exception cause) {
    String message = quoted(name) + " cannot be identified: " + why + ". " + remedy + ".";
    return cause == null ? new InputException(message) : new InputException(message, cause);
  }
}
