package io.github.checkpointmanager.internal.pipeline.declaration;

import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.internal.record.Header;
import java.io.IOException;
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

/** The content of all files below a directory, as {@code docs/FORMAT.md} specifies it. */
public final class TreeDigest {
  private TreeDigest() {}

  public static ContentDigest of(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
      files = all.filter(path -> !Files.isDirectory(path)).toList();
    }
    TreeSet<String> lines = new TreeSet<>();
    long size = 0;
    for (Path file : files) {
      ContentDigest content = FileDigest.of(file);
      size += content.size();
      lines.add(encoded(directory.relativize(file)) + " " + content.size() + " " + hex(content));
    }
    MessageDigest sha256 = FileDigest.sha256();
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
