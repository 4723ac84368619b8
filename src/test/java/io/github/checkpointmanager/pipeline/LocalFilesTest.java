package io.github.checkpointmanager.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.ContentDigest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
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
    assertThatThrownBy(() -> identify("d"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("d/up' is a link to a directory that contains it. Remove the link.");
  }

  @Test
  void addresses_areNotFiles() {
    LocalFiles files = LocalFiles.below(base);

    assertThat(List.of("data/raw.csv", "/tmp/x", "C:\\data", "a b", "x:y/z".substring(0, 1)))
        .allMatch(files::knows);
    assertThat(List.of("s3://bucket/key", "https://example.org/x", "file:///x"))
        .noneMatch(files::knows);
  }

  @Test
  void aNameWithAColon_isAFile() throws Exception {
    write("run-2026-11-23T10:00:00.log", "1");
    LocalFiles files = LocalFiles.below(base);

    assertThat(List.of("run-2026-11-23T10:00:00.log", "data:v2.csv", "file:x"))
        .allMatch(files::knows);
    assertThat(identify("run-2026-11-23T10:00:00.log")).isPresent();
  }

  @Test
  void linkToNothingInADirectory_isItsTarget() throws Exception {
    write("d/a", "1");
    Files.createSymbolicLink(base.resolve("d/lock"), Path.of("user@host.17"));
    ContentDigest before = identify("d").orElseThrow();
    Files.delete(base.resolve("d/lock"));
    Files.createSymbolicLink(base.resolve("d/lock"), Path.of("user@host.18"));

    assertThat(before)
        .isEqualTo(
            new ContentDigest(
                1,
                "tree-sha256:"
                    + sha256(
                        "a 1 " + sha256("1") + "\nlock link " + sha256("user%40host.17") + "\n")));
    assertThat(identify("d")).isPresent().get().isNotEqualTo(before);
  }

  @Test
  void namedPipe_isAnError_andIsNotOpened() throws Exception {
    write("d/a", "1");
    shell("mkfifo d/pipe");

    assertThatThrownBy(() -> identify("d"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("d/pipe' is a named pipe, a socket or a device. Remove it");
    assertThatThrownBy(() -> identify("d/pipe"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is a named pipe, a socket or a device");
    assertThatThrownBy(() -> LocalFiles.below(Path.of("/")).identify("dev/null"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is a named pipe, a socket or a device");
  }

  /** Both names are shown alike: the JVM decodes what is no UTF-8 to one character. */
  @Test
  void namesThatAreNotUnicode_areToldApart() throws Exception {
    shell("mkdir d; echo 1 > d/caf$(printf '\\351').txt");
    ContentDigest before = identify("d").orElseThrow();
    shell("mv d/caf$(printf '\\351').txt d/caf$(printf '\\350').txt");

    assertThat(before)
        .isEqualTo(
            new ContentDigest(2, "tree-sha256:" + sha256("caf%E9.txt 2 " + sha256("1\n") + "\n")));
    assertThat(identify("d")).isPresent().get().isNotEqualTo(before);
  }

  @Test
  void interruptedThread_stopsReading() throws Exception {
    write("d/a", "1");
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> identify("d"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("the run was interrupted. Run again.");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void directory_withACheckpointStoreInIt_isTheSameWhateverTheStoreHolds() throws Exception {
    write("d/a.checkpoint", "a user's own file");
    write("d/a", "1");
    ContentDigest before = identify("d").orElseThrow();
    try (CheckpointManager checkpoints =
        CheckpointManager.open(base.resolve("d/checkpoints").toString())) {
      checkpoints.save("s");
      try (Claim claim =
          ((ClaimResult.Held) checkpoints.claim("t", ClaimOptions.lease(Duration.ofMinutes(1))))
              .claim()) {
        assertThat(claim.isValid()).isTrue();
        assertThat(identify("d")).contains(before);
      }
    }
    write("d/checkpoints/notes", "counts");

    assertThat(identify("d")).isPresent().get().isNotEqualTo(before);
  }

  @Test
  void fileOfACheckpointStore_isNoInput() throws Exception {
    try (CheckpointManager checkpoints = CheckpointManager.open(base.resolve("c").toString())) {
      checkpoints.save("s");
    }

    for (String name : List.of("c/s.checkpoint", "c/.checkpoint-store/clock")) {
      write(name, "exists");
      assertThatThrownBy(() -> identify(name))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("it belongs to a checkpoint store");
    }
  }

  /**
   * POSIX drops the lock of a process when it closes any descriptor of the file: another process
   * then gets the lock that this one believes to hold.
   */
  @Test
  void directory_isIdentified_withoutDroppingTheLockOfTheStoreInIt() throws Exception {
    Path store = Files.createDirectories(base.resolve("c/.checkpoint-store"));
    Path lock = Files.createFile(store.resolve("lock"));
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      identify(".");
      identify("c");
      assertThat(held.isValid()).isTrue();
      assertThat(locksOfOthers(lock)).isEqualTo("refused");
    }
    assertThat(locksOfOthers(lock)).isEqualTo("locked");
  }

  /** What another process meets that asks for the same lock without waiting. */
  private static String locksOfOthers(Path lock) throws Exception {
    Process other =
        new ProcessBuilder(
                "python3",
                "-c",
                """
                import fcntl, sys
                try: fcntl.lockf(open(sys.argv[1], 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError: print('refused', end='')
                else: print('locked', end='')
                """,
                lock.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private void shell(String script) throws Exception {
    Process sh = new ProcessBuilder("sh", "-ec", script).directory(base.toFile()).start();
    assertThat(sh.waitFor()).isZero();
  }
}
