package io.github.checkpointmanager.internal.pipeline.declaration;

import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.internal.digest.Sha256;
import io.github.checkpointmanager.internal.record.Header;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The content of files and directories, as {@code docs/FORMAT.md} specifies it. */
public final class PathDigest {
  private static final int BUFFER = 128 * 1024;

  private PathDigest() {}

  /** Size and SHA-256 of the bytes of a file. */
  public static ContentDigest ofFile(Path file) throws IOException {
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
  public static ContentDigest ofDirectory(Path directory) throws IOException {
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
}
