package io.github.checkpointmanager.pipeline;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.internal.digest.Sha256;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.LogSafe;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Identifies files and directories by their content: a file by its size and SHA-256, a directory by
 * the sorted list of its files, as {@code docs/FORMAT.md} specifies. Modification times,
 * permissions and empty directories do not count; symbolic links are followed. Every call reads
 * everything. Thread-safe.
 */
public final class LocalFiles implements InputSource {
  /** At least two letters before the colon, so that a drive of Windows is no address. */
  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");

  private static final int BUFFER = 128 * 1024;

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
    Path path;
    try {
      path = base.resolve(name);
    } catch (InvalidPathException e) {
      throw failed(name, "it is not a valid path: " + e.getReason(), "Correct it", e);
    }
    try {
      if (Files.isDirectory(path)) {
        return Optional.of(ofDirectory(path));
      }
      if (!Files.isRegularFile(path) && Files.exists(path)) {
        throw failed(
            name,
            "it is neither a file nor a directory",
            "Declare a file, or a digest of your own",
            null);
      }
      return Optional.of(ofFile(path));
    } catch (NoSuchFileException e) {
      return absent(name, path, e);
    } catch (UncheckedIOException | IOException e) {
      throw failed(name, LogSafe.of(e.toString()), "Make it readable", e);
    }
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

  /** Size and SHA-256 of the bytes of a file. */
  private static ContentDigest ofFile(Path file) throws IOException {
    MessageDigest sha256 = Sha256.newDigest();
    byte[] buffer = new byte[BUFFER];
    long size = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sha256.update(buffer, 0, n);
        size += n;
      }
    }
    return new ContentDigest(size, "sha256:" + HexFormat.of().formatHex(sha256.digest()));
  }

  /** Sum of the sizes, and a digest of the sorted list of names, of all files of a directory. */
  private static ContentDigest ofDirectory(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
      files = all.filter(path -> !Files.isDirectory(path)).toList();
    }
    TreeSet<String> lines = new TreeSet<>();
    long size = 0;
    for (Path file : files) {
      ContentDigest content = ofFile(file);
      size += content.size();
      lines.add(encoded(directory.relativize(file)) + " " + content.size() + " " + hex(content));
    }
    MessageDigest sha256 = Sha256.newDigest();
    lines.forEach(line -> sha256.update((line + "\n").getBytes(StandardCharsets.US_ASCII)));
    return new ContentDigest(size, "tree-sha256:" + HexFormat.of().formatHex(sha256.digest()));
  }

  private static String encoded(Path relative) {
    return StreamSupport.stream(relative.spliterator(), false)
        .map(segment -> Header.output(segment.toString()))
        .map(header -> header.substring(Header.OUTPUT_PREFIX.length()))
        .collect(Collectors.joining("/"));
  }

  private static String hex(ContentDigest content) {
    return content.digest().substring(content.digest().indexOf(':') + 1);
  }

  private static InputException failed(
      String name, String why, String remedy, @Nullable Exception cause) {
    String message = quoted(name) + " cannot be identified: " + why + ". " + remedy + ".";
    return cause == null ? new InputException(message) : new InputException(message, cause);
  }
}
