package io.github.checkpointmanager.store.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Directories that refuse: no permission, full disk, read-only mount. Needs root, to become nobody
 * and to mount, and {@code setpriv} and {@code mount} of util-linux.
 */
@Tag("extended")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FileStoreExtendedTest {
  private static final List<String> AS_NOBODY =
      List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

  /** Not below a home directory, which nobody may enter. */
  private Path directory;

  private boolean mounted;

  /** The classes, where nobody may read them: the build's directory may be closed to it. */
  private static Path classes = Path.of("");

  @BeforeAll
  static void copyClasses() throws Exception {
    classes = Files.createTempDirectory(Path.of("/tmp"), "checkpoint-classes-");
    for (Class<?> ours : List.of(FileStore.class, StoreProgram.class)) {
      Path root = Path.of(ours.getProtectionDomain().getCodeSource().getLocation().toURI());
      run("cp", "-r", root.resolve("io").toString(), classes.toString());
    }
    run("chmod", "-R", "a+rX", classes.toString());
  }

  @AfterAll
  static void removeClasses() throws Exception {
    run("rm", "-rf", classes.toString());
  }

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Files.createTempDirectory(Path.of("/tmp"), "checkpoint-store-");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void removeDirectory() throws Exception {
    if (mounted) {
      run("umount", directory.toString());
    }
    run("rm", "-rf", directory.toString());
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
  }

  private void mount(String options) throws IOException, InterruptedException {
    run("mount", "-t", "tmpfs", "-o", options, "tmpfs", directory.toString());
    mounted = true;
  }

  private List<String> asNobody(String task) throws IOException {
    try (ChildJvm process = StoreProgram.start(AS_NOBODY, classes.toString(), task, directory)) {
      process.say("go");
      return process.rest();
    }
  }

  private void writeSomething() {
    FileStore store = FileStore.at(directory);
    var first = store.create("a.claim", "one".getBytes(UTF_8)).version().orElseThrow();
    store.replace("a.claim", "two".getBytes(UTF_8), first);
  }

  @Test
  void directoryOfAnotherUser_isReadable_withoutTheTime() throws IOException {
    writeSomething();

    assertThat(asNobody("read")).containsExactly("two false", "1", "2");
  }

  @Test
  void directoryOfAnotherUser_deniesWrites() throws IOException {
    writeSomething();

    assertThat(asNobody("write").get(0))
        .startsWith("DENIED 'new' in " + directory + " cannot be created: this process may not use")
        .contains("Grant its user the right to read and write there");
    assertThat(asNobody("delete").get(0)).contains("kind=DENIED", "this process may not use");
    assertThat(asNobody("diagnose").get(0)).contains("verdict=FAILED", "may not use");
    assertThat(Files.readString(directory.resolve("a.claim"))).isEqualTo("two");
  }

  @Test
  void directoryThatMayNotBeEntered_isDeniedAndNotAbsent() throws IOException {
    writeSomething();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));

    assertThat(asNobody("read").get(0)).startsWith("DENIED 'a.claim' in");
  }

  @Test
  void directoryForAll_isWritableForTheSecondUserToo() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    writeSomething();

    assertThat(asNobody("read").get(0)).isEqualTo("two true");
    assertThat(asNobody("write")).containsExactly("WRITTEN");
    assertThat(asNobody("delete")).containsExactly("[]");
    assertThat(FileStore.at(directory).versions("a.claim")).hasSize(3);
  }

  @Test
  void stickyDirectory_deniesReplacingTheFileOfAnother() throws Exception {
    run("chmod", "1777", directory.toString());
    writeSomething();

    assertThat(asNobody("replace").get(0))
        .startsWith("DENIED 'a.claim' in " + directory + " cannot be replaced")
        .contains("Operation not permitted", "Run it as the file's owner");
    assertThat(Files.readString(directory.resolve("a.claim"))).isEqualTo("two");
  }

  @Test
  void fullDisk_isReported_andNothingIsLeftOfTheWrite() throws Exception {
    mount("size=1m,mode=0777");

    List<String> said = asNobody("fill");

    assertThat(said.get(said.size() - 1))
        .startsWith("UNAVAILABLE 'file-")
        .contains("No space left on device; nothing was written. Free some space");
    FileStore store = FileStore.at(directory);
    assertThat(store.list("").iterator().next().objects())
        .hasSize(said.size() - 1)
        .allMatch(object -> object.size() == 100_000);
    try (Stream<Path> drafts = Files.list(directory.resolve(".checkpoint-store/drafts"))) {
      assertThat(drafts).isEmpty();
    }
    assertThat(store.delete(Deletion.ofEach("file-0")).failures()).isEmpty();
  }

  @Test
  void readOnlyMount_isReadableAndDeniesWrites() throws Exception {
    mount("size=1m,mode=0777");
    writeSomething();
    run("mount", "-o", "remount,ro", directory.toString());

    assertThat(asNobody("read")).containsExactly("two false", "1", "2");
    assertThat(asNobody("write").get(0)).startsWith("DENIED").contains("Read-only file system");
    run("mount", "-o", "remount,rw", directory.toString());
  }
}
