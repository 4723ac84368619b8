package io.github.checkpointmanager.pipeline;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.LocationDocument;
import io.github.checkpointmanager.internal.digest.Sha256;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.StageName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Reads the content of files and directories, as {@code docs/FORMAT.md} specifies it. Opens regular
 * files only: another process may never write to a named pipe. Never opens what a checkpoint store
 * keeps: a POSIX lock of this process on the store's lock file would be released. For one thread;
 * an interrupt ends the reading.
 */
final class TreeDigest extends SimpleFileVisitor<Path> {
  /** What a directory store keeps in each of its directories, beside the records. */
  private static final String STORE = ".checkpoint-store";

  private static final char UNDECODABLE = '\uFFFD';

  private static final int BUFFER = 128 * 1024;

  private final Path root;
  private final TreeSet<String> lines = new TreeSet<>();
  private final Set<Path> stores = new HashSet<>();
  private long size;

  private TreeDigest(Path root) {
    this.root = root;
  }

  /** An entry has no content that can be read; the reason names the entry. */
  static final class UnsuitableException extends IOException {
    private static final long serialVersionUID = 1L;
    private final String why;
    private final String remedy;

    UnsuitableException(String why, String remedy) {
      super(why);
      this.why = why;
      this.remedy = remedy;
    }

    String why() {
      return why;
    }

    String remedy() {
      return remedy;
    }
  }

  /**
   * Size and digest of a file or directory; links are followed.
   *
   * @throws NoSuchFileException there is none, or it is a link to nothing
   * @throws UnsuitableException its content cannot be read; nothing was opened that could block
   */
  static ContentDigest of(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (attributes.isDirectory()) {
      TreeDigest tree = new TreeDigest(path);
      Files.walkFileTree(path, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, tree);
      return tree.digest();
    }
    if (isOfStore(path)) {
      throw new UnsuitableException(
          "it belongs to a checkpoint store", "Declare what the stages read and write themselves");
    }
    return ofFile(path, attributes);
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
    if (isNamed(directory, STORE)) {
      return FileVisitResult.SKIP_SUBTREE;
    }
    if (isStore(directory)) {
      stores.add(directory);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (stores.contains(file.getParent()) && isRecord(file)) {
      return FileVisitResult.CONTINUE;
    }
    if (attributes.isSymbolicLink()) {
      String target = names(Files.readSymbolicLink(file));
      add(file, "link", Sha256.hex(target.getBytes(StandardCharsets.US_ASCII)));
      return FileVisitResult.CONTINUE;
    }
    try {
      ContentDigest content = ofFile(file, attributes);
      size += content.size();
      add(file, Long.toString(content.size()), afterColon(content.digest()));
    } catch (AccessDeniedException e) {
      throw unsuitable(file, "cannot be read: permission denied", "Make it readable");
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
    if (e instanceof FileSystemLoopException) {
      throw unsuitable(file, "is a link to a directory that contains it", "Remove the link");
    }
    if (e instanceof AccessDeniedException) {
      throw unsuitable(file, "cannot be read: permission denied", "Make it readable");
    }
    throw e;
  }

  private void add(Path file, String kind, String hex) {
    lines.add(names(root.relativize(file)) + " " + kind + " " + hex);
  }

  private static String names(Path path) {
    return StreamSupport.stream(path.spliterator(), false)
        .map(TreeDigest::encoded)
        .collect(Collectors.joining("/", path.isAbsolute() ? "/" : "", ""));
  }

  private ContentDigest digest() {
    MessageDigest sha256 = Sha256.newDigest();
    lines.forEach(line -> sha256.update((line + "\n").getBytes(StandardCharsets.US_ASCII)));
    return new ContentDigest(size, "tree-sha256:" + HexFormat.of().formatHex(sha256.digest()));
  }

  private static ContentDigest ofFile(Path file, BasicFileAttributes attributes)
      throws IOException {
    if (!attributes.isRegularFile()) {
      throw unsuitable(
          file,
          "is a named pipe, a socket or a device",
          "Remove it, or declare files and directories without it");
    }
    MessageDigest sha256 = Sha256.newDigest();
    byte[] buffer = new byte[BUFFER];
    long size = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (Thread.currentThread().isInterrupted()) { // reads do not look at it
          throw unsuitable(file, "was not read to its end: the run was interrupted", "Run again");
        }
        sha256.update(buffer, 0, n);
        size += n;
      }
    }
    return new ContentDigest(size, "sha256:" + HexFormat.of().formatHex(sha256.digest()));
  }

  private static boolean isStore(Path directory) {
    return Files.isDirectory(directory.resolve(STORE));
  }

  /** Whether a file is a record of a directory store, or what such a store keeps beside them. */
  private static boolean isOfStore(Path file) {
    Path directory = file.toAbsolutePath().normalize().getParent();
    for (Path above = directory; above != null; above = above.getParent()) {
      if (isNamed(above, STORE)) {
        return true;
      }
    }
    return directory != null && isStore(directory) && isRecord(file);
  }

  private static boolean isRecord(Path file) {
    String name = String.valueOf(file.getFileName());
    return StageName.ofCheckpointKey(name).isPresent()
        || StageName.ofClaimKey(name).isPresent()
        || Arrays.stream(LocationDocument.Name.values()).anyMatch(d -> d.key().equals(name));
  }

  private static boolean isNamed(Path path, String name) {
    Path last = path.getFileName();
    return last != null && last.toString().equals(name);
  }

  private static String afterColon(String digest) {
    return digest.substring(digest.indexOf(':') + 1);
  }

  private static UnsuitableException unsuitable(Path file, String what, String remedy) {
    return new UnsuitableException(quoted(file.toString()) + " " + what, remedy);
  }

  /** The segment as FORMAT encodes names, by the bytes that the file system has. */
  private static String encoded(Path segment) {
    String name = segment.toString();
    if (name.indexOf(UNDECODABLE) < 0) {
      return Header.output(name).substring(Header.OUTPUT_PREFIX.length());
    }
    // The JVM has decoded other bytes to this character. An address of the path has the bytes.
    Path absolute = segment.getFileSystem().getPath("/").resolve(segment);
    String address = absolute.toUri().getRawPath().replaceFirst("/$", "");
    return escaped(address.substring(address.lastIndexOf('/') + 1));
  }

  /** A segment of an address, with the escapes of FORMAT. */
  private static String escaped(String address) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < address.length(); i++) {
      char c = address.charAt(i);
      if (c == '%') {
        text.append(address.substring(i, i + 3).toUpperCase(Locale.ROOT));
        i += 2;
      } else {
        text.append(Header.output(String.valueOf(c)).substring(Header.OUTPUT_PREFIX.length()));
      }
    }
    return text.toString();
  }
}
