package io.github.checkpointmanager.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.ContentDigest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files and directories, identified by their content and by nothing else. */
class LocalFilesTest {
  @TempDir Path base;

  private Optional<ContentDigest> identify(String name) throws InputException {
    return LocalFiles.below(base).identify(name);
  }

  private void write(String name, String content) throws IOException {
    Path file = base.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void file_isItsSizeAndSha256() throws Exception {
    write("raw.csv", "1,2\n");

    assertThat(identify("raw.csv")).contains(new ContentDigest(4, "sha256:" + sha256("1,2\n")));
    assertThat(identify(base.resolve("raw.csv").toString())).isEqualTo(identify("raw.csv"));
  }

  @Test
  void file_touched_isTheSame() throws Exception {
    write("raw.csv", "1");
    var before = identify("raw.csv");
    Files.setLastModifiedTime(base.resolve("raw.csv"), FileTime.fromMillis(0));

    assertThat(identify("raw.csv")).isEqualTo(before);
  }

  @Test
  void absentFile_isAbsent() throws Exception {
    assertThat(identify("nothing")).isEmpty();
    assertThat(identify("no/such/directory")).isEmpty();
  }

  /** As docs/FORMAT.md specifies it. */
  @Test
  void directory_isTheSortedListOfItsFiles() throws Exception {
    write("d/b", "two");
    write("d/a/x y", "one");
    Files.createDirectories(base.resolve("d/empty"));

    assertThat(identify("d"))
        .contains(
            new ContentDigest(
                6,
                "tree-sha256:"
                    + sha256("a/x%20y 3 " + sha256("one") + "\n" + "b 3 " + sha256("two") + "\n")));
  }

  @Test
  void directory_isAnother_whenAFileIsRenamedMovedOrChanged() throws Exception {
    write("d/a", "1");
    var before = identify("d").orElseThrow();
    write("d/b", "1");
    Files.delete(base.resolve("d/a"));
    var renamed = identify("d").orElseThrow();
    write("d/b", "2");

    assertThat(List.of(before, renamed, identify("d").orElseThrow())).doesNotHaveDuplicates();
  }

  @Test
  void links_areFollowed() throws Exception {
    write("target", "1");
    Files.createSymbolicLink(base.resolve("link"), base.resolve("target"));

    assertThat(identify("link")).isEqualTo(identify("target"));
  }

  @Test
  void linkToNothing_andLinksInACircle_areErrors() throws Exception {
    Files.createSymbolicLink(base.resolve("dangling"), base.resolve("nothing"));
    Files.createDirectories(base.resolve("d"));
    Files.createSymbolicLink(base.resolve("d/up"), base.resolve("d"));

    assertThatThrownBy(() -> identify("dangling"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("a link whose target does not exist");
    assertThatThrownBy(() -> identify("d")).isInstanceOf(InputException.class);
  }

  @Test
  void addresses_areNotFiles() {
    LocalFiles files = LocalFiles.below(base);

    assertThat(List.of("data/raw.csv", "/tmp/x", "C:\\data", "a b", "x:y/z".substring(0, 1)))
        .allMatch(files::knows);
    assertThat(List.of("s3://bucket/key", "https://example.org/x", "file:x"))
        .noneMatch(files::knows);
  }
}
