package io.github.checkpointmanager.store.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.github.checkpointmanager.internal.file.DirectoryLock;
import io.github.checkpointmanager.internal.file.StoreDirectory;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.CheckpointStore.Finding;
import io.github.checkpointmanager.store.CheckpointStore.StoredVersion;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.Listing;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import io.github.checkpointmanager.store.StoreLocation;
import io.github.checkpointmanager.store.StoreProvider;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import io.github.checkpointmanager.store.WriteResult.Outcome;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is special about a directory; the rest is in the contract. */
class FileStoreTest {
  @TempDir private Path directory;

  private FileStore open() {
    return FileStore.at(directory);
  }

  // ---- what other tools write and see

  @Test
  void homeMadeFile_isReadAndNotCreatedOver() throws IOException {
    Files.writeString(directory.resolve("train.checkpoint"), "COMPLETED\n");

    StoredObject found = open().read("train.checkpoint").orElseThrow();

    assertThat(found.content()).isEqualTo(bytes("COMPLETED\n"));
    assertThat(open().create("train.checkpoint", bytes("x"))).isEqualTo(WriteResult.conflict());
    assertThat(open().replace("train.checkpoint", bytes("x"), found.version()).outcome())
        .isEqualTo(Outcome.WRITTEN);
  }

  @Test
  void directory_showsOtherToolsNothingButTheFiles() throws IOException {
    FileStore store = open();
    Version first = written(store.create("train.checkpoint", bytes("one")));
    written(store.replace("train.checkpoint", bytes("two"), first));
    written(store.create("job1/train.checkpoint", bytes("three")));

    assertThat(names(directory))
        .containsExactlyInAnyOrder("train.checkpoint", "job1", StoreDirectory.HIDDEN);
    assertThat(Files.readString(directory.resolve("train.checkpoint"))).isEqualTo("two");
    assertThat(names(directory.resolve("job1")))
        .containsExactlyInAnyOrder("train.checkpoint", StoreDirectory.HIDDEN);
  }

  @Test
  void fileThatWasOverwrittenByAnotherTool_conflictsWithWhatWasSeen() throws IOException {
    FileStore store = open();
    Version seen = written(store.create("a", bytes("one")));
    Path file = directory.resolve("a");
    FileTime time = Files.getLastModifiedTime(file);
    Files.writeString(file, "two"); // as long as before, and made to look as old
    Files.setLastModifiedTime(file, time);

    assertThat(store.replace("a", bytes("three"), seen)).isEqualTo(WriteResult.conflict());
    assertThat(Files.readString(file)).isEqualTo("two");
  }

  @Test
  void symbolicLinks_toFilesAreRead_andToDirectoriesAreNoLevels() throws IOException {
    Files.writeString(directory.resolve("a"), "one");
    Files.createSymbolicLink(directory.resolve("alias"), Path.of("a"));
    Files.createSymbolicLink(directory.resolve("dangling"), Path.of("gone"));
    Files.createSymbolicLink(directory.resolve("itself"), Path.of("itself"));
    Files.createSymbolicLink(directory.resolve("up"), Path.of("."));

    Listing.Page page = open().list("").iterator().next();

    assertThat(page.objects()).extracting("key").containsExactlyInAnyOrder("a", "alias");
    assertThat(page.children()).isEmpty();
    assertThat(open().read("alias").orElseThrow().content()).isEqualTo(bytes("one"));
  }

  // ---- layout

  @Test
  void history_hasTheLayoutOfTheFormat() throws IOException {
    FileStore store = open();
    Version first = written(store.create("a", bytes("one")));
    Instant time = store.read("a").orElseThrow().lastModified();
    written(store.replace("a", bytes("two"), first));
    store.delete(Deletion.ofEach("a"));
    written(store.create("a", bytes("three")));

    Path history = directory.resolve(".checkpoint-store/history/a");
    // printf one | sha256sum
    assertThat(names(history))
        .containsExactly(
            "00000001-7692c3ad3540bb80", "00000002-3fc4ccfe745870e2", "00000003-deleted");
    assertThat(Files.readString(history.resolve("00000001-7692c3ad3540bb80"))).isEqualTo("one");
    assertThat(Files.size(history.resolve("00000003-deleted"))).isZero();
    assertThat(store.versions("a"))
        .extracting(StoredVersion::versionId)
        .containsExactly(
            "00000004-8b5b9db0c13db242",
            "00000003-deleted",
            "00000002-3fc4ccfe745870e2",
            "00000001-7692c3ad3540bb80");
    assertThat(store.versions("a").get(3).lastModified()).isEqualTo(time);
    assertThat(first.value())
        .isEqualTo("7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed");
  }

  @Test
  void history_keepsSevenOlderStates() {
    FileStore store = open();
    Version version = written(store.create("a", bytes("0")));
    for (int i = 1; i <= 10; i++) {
      version = written(store.replace("a", bytes(String.valueOf(i)), version));
    }

    List<StoredVersion> versions = store.versions("a");

    assertThat(versions).hasSize(8);
    assertThat(store.readVersion("a", versions.get(7).versionId()).content()).isEqualTo(bytes("3"));
  }

  @Test
  void history_ofTheNumberInTheLocation_isKept() {
    CheckpointStore store =
        StoreProvider.openAt(StoreLocation.parse("file:" + directory + "?history=1"));
    Version version = written(store.create("a", bytes("1")));
    version = written(store.replace("a", bytes("2"), version));
    written(store.replace("a", bytes("3"), version));

    assertThat(store.location()).isEqualTo("file:" + directory + "?history=1");
    assertThat(store.versions("a")).hasSize(2);
  }

  @Test
  void purge_removesTheFilesOfTheHistory_alsoThoseThatAnotherOptionKept() throws IOException {
    FileStore keeping = open();
    for (String key : List.of("a", "b")) {
      Version first = written(keeping.create(key, bytes("one")));
      written(keeping.replace(key, bytes("two"), first));
    }
    Path history = directory.resolve(".checkpoint-store/history");
    Files.writeString(history.resolve("b/mine.txt"), "somebody else's");

    DeletionReport report = FileStore.at(directory, 0).purge(Deletion.ofEach("a", "b"));

    assertThat(report.isComplete()).isTrue();
    assertThat(names(directory)).containsExactly(StoreDirectory.HIDDEN);
    assertThat(names(history)).containsExactly("b");
    assertThat(names(history.resolve("b"))).containsExactly("mine.txt");
    assertThat(keeping.deletedKeys("")).isEmpty();
  }

  @Test
  void history_ofNone_isRefusedAndLeavesNothing() throws IOException {
    FileStore store = FileStore.at(directory, 0);
    Version version = written(store.create("a", bytes("1")));
    written(store.replace("a", bytes("2"), version));
    store.delete(Deletion.ofEach("a"));

    assertThat(directory.resolve(".checkpoint-store/history")).doesNotExist();
    assertRefused(Kind.UNSUPPORTED, "history=0", () -> store.versions("a"));
  }

  @Test
  void hiddenDirectories_haveThePermissionsOfTheDirectory() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwx-w-"));
    FileStore store = open();
    Version first = written(store.create("a.claim", bytes("1")));
    written(store.replace("a.claim", bytes("2"), first));
    store.read("a.claim");

    Path hidden = directory.resolve(".checkpoint-store");
    for (String name : List.of("", "drafts", "history", "history/a.claim")) {
      assertThat(permissions(hidden.resolve(name))).as(name).isEqualTo("rwxrwx-w-");
    }
    assertThat(permissions(hidden.resolve("lock"))).isEqualTo("rw-rw--w-");
    assertThat(permissions(hidden.resolve("clock"))).isEqualTo("rw-rw--w-");
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void nestedRoots_agreeAboutLockAndHistory() {
    FileStore outer = open();
    FileStore inner = FileStore.at(directory.resolve("job1"));
    Version first = written(outer.create("job1/a", bytes("1")));

    written(inner.replace("a", bytes("2"), first));

    assertThat(outer.versions("job1/a")).isEqualTo(inner.versions("a")).hasSize(2);
  }

  // ---- crashes

  @Test
  void draftOfADeadProcess_isInvisible_andRemovedWhenItIsOld() throws IOException {
    FileStore store = open();
    written(store.create("a", bytes("1")));
    Path drafts = directory.resolve(".checkpoint-store/drafts");
    assertThat(names(drafts)).isEmpty();
    Path old = Files.writeString(drafts.resolve("old"), "half of");
    Path young = Files.writeString(drafts.resolve("young"), "half of");
    Instant now = Files.getLastModifiedTime(young).toInstant();
    Files.setLastModifiedTime(old, FileTime.from(now.minus(Duration.ofMinutes(61))));
    assertThat(store.list("").iterator().next().objects()).hasSize(1);

    written(store.create("b", bytes("1")));

    assertThat(names(drafts)).containsExactly("young");
  }

  @Test
  void deathBetweenKeepingAndReplacing_leavesOneStateOnce() throws IOException {
    FileStore store = open();
    Version first = written(store.create("a", bytes("one")));
    keepWithoutReplacing("a", "00000001-7692c3ad3540bb80");

    assertThat(store.versions("a"))
        .extracting(StoredVersion::versionId)
        .containsExactly("00000001-7692c3ad3540bb80");
    written(store.replace("a", bytes("two"), first));
    assertThat(store.versions("a"))
        .extracting(StoredVersion::versionId)
        .containsExactly("00000002-3fc4ccfe745870e2", "00000001-7692c3ad3540bb80");
  }

  @Test
  void delete_ofANameOfTheStoreItself_isTheFailureOfThatKeyAlone() {
    FileStore store = open();
    written(store.create("a", bytes("one")));

    DeletionReport report = store.delete(Deletion.ofEach(".checkpoint-store", "a"));

    assertThat(report.deleted()).isEqualTo(1);
    assertThat(report.failures())
        .extracting(DeletionReport.Failure::key)
        .containsExactly(".checkpoint-store");
    assertThat(store.read("a")).isEmpty();
  }

  @Test
  void deathBetweenKeepingAndReplacing_doesNotUndoALaterDeletion() throws IOException {
    FileStore store = open();
    written(store.create("a", bytes("one")));
    keepWithoutReplacing("a", "00000001-7692c3ad3540bb80");

    assertThat(store.delete(Deletion.ofEach("a")).isComplete()).isTrue();

    assertThat(store.read("a")).isEmpty();
    assertThat(store.versions("a"))
        .extracting(StoredVersion::versionId)
        .containsExactly("00000002-deleted", "00000001-7692c3ad3540bb80");
  }

  private void keepWithoutReplacing(String key, String id) throws IOException {
    Path history = Files.createDirectories(directory.resolve(".checkpoint-store/history/" + key));
    Files.createLink(history.resolve(id), directory.resolve(key));
  }

  @Test
  void hiddenDirectoryThatWasRemoved_isMadeAgain() throws IOException {
    FileStore store = open();
    Version first = written(store.create("a", bytes("1")));
    removeAll(directory.resolve(StoreDirectory.HIDDEN));

    written(store.replace("a", bytes("2"), first));

    assertThat(store.versions("a")).hasSize(2);
  }

  /** Whoever is late must not take the directory away in which another creates its file. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void firstWritesOfManyWriters_intoANewLevel_allSucceed(boolean halfCreated) throws Exception {
    FileStore store = open();
    int writers = 8;
    ExecutorService executor = Executors.newFixedThreadPool(writers);
    try {
      for (int i = 0; i < 150; i++) {
        String level = "level" + i + "/";
        if (halfCreated) {
          Files.createDirectories(directory.resolve(level).resolve(StoreDirectory.HIDDEN));
        }
        CyclicBarrier together = new CyclicBarrier(writers);
        List<Callable<Object>> writes =
            IntStream.range(0, writers)
                .<Callable<Object>>mapToObj(
                    writer ->
                        () -> {
                          together.await();
                          return outcomeOf(() -> store.create(level + writer, bytes("1")));
                        })
                .toList();
        for (Future<Object> write : executor.invokeAll(writes)) {
          assertThat(write.get()).isEqualTo(Outcome.WRITTEN);
        }
        assertThat(names(directory.resolve(level))).hasSize(writers + 1);
      }
    } finally {
      executor.shutdownNow();
    }
  }

  private static Object outcomeOf(Supplier<WriteResult> write) {
    try {
      return write.get().outcome();
    } catch (StoreException e) {
      return e.kind();
    }
  }

  private static void removeAll(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      for (String name : names(path)) {
        removeAll(path.resolve(name));
      }
    }
    Files.delete(path);
  }

  // ---- time

  @Test
  void storeTime_isToldForClaimsOnly() {
    FileStore store = open();
    written(store.create("a.checkpoint", bytes("1")));
    assertThat(store.read("a.checkpoint").orElseThrow().storeTime()).isEmpty();
    assertThat(store.list("").iterator().next().storeTime()).isEmpty();

    written(store.create("a.claim", bytes("1")));

    assertThat(store.readHead("a.claim").orElseThrow().storeTime()).isPresent();
    assertThat(store.list("").iterator().next().storeTime()).isPresent();
  }

  @Test
  void storeTime_ofAWrite_isTheTimeOfTheState() {
    FileStore store = open();
    WriteResult result = store.create("a", bytes("1"));

    assertThat(result.storeTime()).contains(store.read("a").orElseThrow().lastModified());
  }

  @Test
  void storeTime_isReadFromTheFileSystem() throws IOException {
    FileStore store = open();
    written(store.create("a.claim", bytes("1")));
    Path clock = directory.resolve(".checkpoint-store/clock");
    store.read("a.claim");
    Files.setLastModifiedTime(clock, FileTime.from(Instant.EPOCH));

    Instant told = store.read("a.claim").orElseThrow().storeTime().orElseThrow();

    assertThat(told).isEqualTo(Files.getLastModifiedTime(clock).toInstant());
    assertThat(told).isAfter(Instant.EPOCH);
  }

  // ---- interrupts

  @Test
  void interrupt_failsNothingAndIsNotLost() {
    FileStore store = open();
    Thread.currentThread().interrupt();
    try {
      Version first = written(store.create("a.claim", new byte[3 * 1024 * 1024]));
      written(store.replace("a.claim", bytes("2"), first));
      assertThat(store.read("a.claim").orElseThrow().age()).isPresent();
      assertThat(store.versions("a.claim")).hasSize(2);
      assertThat(store.delete(Deletion.ofEach("a.claim")).isComplete()).isTrue();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void interrupt_whileItWaitsForTheLock_failsNothingAndIsNotLost() throws Exception {
    FileStore store = open();
    Version first = written(store.create("a", bytes("1")));
    Version second = store.replace("a", bytes("2"), first).version().orElseThrow();
    Thread waiter = Thread.currentThread();
    try (var file =
            new RandomAccessFile(directory.resolve(".checkpoint-store/lock").toFile(), "rw");
        FileLock held = file.getChannel().lock()) {
      Thread holder = new Thread(() -> releaseOnceWaiting(waiter, held));
      holder.start();
      waiter.interrupt();
      try {
        written(store.replace("a", bytes("3"), second));
      } finally {
        assertThat(Thread.interrupted()).as("the flag is set again").isTrue();
        holder.interrupt();
        holder.join();
      }
    }
  }

  private static void releaseOnceWaiting(Thread waiter, FileLock held) {
    while (waiter.getState() != Thread.State.TIMED_WAITING && !Thread.interrupted()) {
      Thread.onSpinWait();
    }
    try {
      held.release();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- lock

  @Test
  void lockThatIsHeld_isNamedWithItsHolder_andCreatesGoOn() throws IOException {
    FileStore store = new FileStore(directory, 7, Duration.ofMillis(50));
    Version first = written(store.create("a", bytes("1")));
    try (DirectoryLock held =
        DirectoryLock.acquire(new StoreDirectory(directory), Duration.ofSeconds(10))) {
      assertRefused(
          Kind.UNAVAILABLE,
          held.path() + " has been held for more than 0.05 s by another thread of this process",
          () -> store.replace("a", bytes("2"), first));
      DeletionReport report = store.delete(Deletion.ofEach("a", "absent"));
      assertThat(report.deleted()).isEqualTo(1);
      assertThat(report.failures().get(0).kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(report.failures().get(0).reason()).contains("Look at that process");
      written(store.create("b", bytes("1")));
      assertThat(store.diagnose())
          .filteredOn(finding -> finding.verdict() == Finding.Verdict.FAILED)
          .extracting(Finding::check)
          .containsExactly("lock");
    }
    assertThat(Files.exists(directory.resolve(".checkpoint-store/drafts"))).isTrue();
    assertThat(names(directory.resolve(".checkpoint-store/drafts"))).isEmpty();
    written(store.replace("a", bytes("2"), first));
  }

  // ---- refusals

  @Test
  void file_inPlaceOfTheDirectory_isNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    for (FileStore store : List.of(FileStore.at(file), FileStore.at(file.resolve("below")))) {
      assertRefused(Kind.INVALID, file + " is not a directory", () -> store.read("a"));
      assertRefused(
          Kind.INVALID, file + " is not a directory", () -> store.create("a", bytes("1")));
      assertRefused(
          Kind.INVALID, file + " is not a directory", () -> store.list("").iterator().next());
      assertThat(store.delete(Deletion.ofEach("a")).failures().get(0).kind())
          .isEqualTo(Kind.INVALID);
      assertThat(store.diagnose()).extracting(Finding::verdict).contains(Finding.Verdict.FAILED);
    }
  }

  @Test
  void directory_inPlaceOfAFile_isNeitherAbsentNorCompleted() throws IOException {
    Files.createDirectory(directory.resolve("a.checkpoint"));

    assertIrregular("a.checkpoint", " is a directory. Move it away");
    assertThat(open().list("").iterator().next().children()).containsExactly("a.checkpoint/");
  }

  @Test
  void linkToNothing_inPlaceOfAFile_isNeitherAbsentNorCompleted() throws IOException {
    Files.createSymbolicLink(directory.resolve("a.checkpoint"), Path.of("gone"));

    assertIrregular(
        "a.checkpoint",
        " is a symbolic link to gone, which does not exist. Restore what it leads to (a disk may"
            + " not be mounted), or remove the link");
    assertNotListed(" is a symbolic link to gone");
  }

  @Test
  void linkToItself_inPlaceOfAFile_isNeitherAbsentNorCompleted() throws IOException {
    Files.createSymbolicLink(directory.resolve("a.claim"), Path.of("a.claim"));

    assertIrregular("a.claim", " is a symbolic link to a.claim, and following it never ends");
    assertNotListed("and following it never ends");
  }

  @Test
  void fifo_inPlaceOfAFile_isNeitherAbsentNorCompleted() throws Exception {
    Path fifo = directory.resolve("a.checkpoint");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();

    assertIrregular("a.checkpoint", " is neither a file nor a link to one, but a FIFO");
    assertNotListed("but a FIFO");
  }

  private void assertIrregular(String key, String message) {
    FileStore store = open();
    Version any = new Version("0".repeat(64));
    String why = directory.resolve(key) + message;
    assertRefused(Kind.INVALID, why, () -> store.read(key));
    assertRefused(Kind.INVALID, why, () -> store.readHead(key));
    assertRefused(Kind.INVALID, why, () -> store.create(key, bytes("1")));
    assertRefused(Kind.INVALID, why, () -> store.replace(key, bytes("1"), any));
    for (DeletionReport report :
        List.of(store.delete(Deletion.ofEach(key)), store.purge(Deletion.ofEach(key)))) {
      assertThat(report.deleted()).isZero();
      assertThat(report.failures()).hasSize(1);
      assertThat(report.failures().get(0).kind()).isEqualTo(Kind.INVALID);
      assertThat(report.failures().get(0).reason()).contains(why);
    }
    assertThat(Files.exists(directory.resolve(key), LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  private void assertNotListed(String why) {
    assertRefused(Kind.INVALID, why, () -> open().list("").iterator().next());
  }

  @Test
  void linkToNothing_inPlaceOfTheDirectory_isNoEmptyStore() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("store"), Path.of("unmounted"));
    for (FileStore store : List.of(FileStore.at(link), FileStore.at(link.resolve("below")))) {
      String why = link + " is a symbolic link that leads to no directory";
      assertRefused(Kind.INVALID, why, () -> store.read("a"));
      assertRefused(Kind.INVALID, why, () -> store.create("a", bytes("1")));
    }
    assertRefused(
        Kind.INVALID, "leads to no directory", () -> FileStore.at(link).list("").iterator().next());
  }

  @Test
  void file_inPlaceOfALevel_isAnAbsentLevel_andRefusesWrites() throws IOException {
    Files.writeString(directory.resolve("a"), "x");

    assertThat(open().read("a/b")).isEmpty();
    assertThat(open().read("a/b/c")).isEmpty();
    assertThat(open().list("a/").iterator().next().objects()).isEmpty();
    assertThat(open().delete(Deletion.ofEach("a/b")).isComplete()).isTrue();
    assertRefused(
        Kind.INVALID,
        directory.resolve("a") + " is not a directory",
        () -> open().create("a/b/c", bytes("1")));
    assertThat(Files.readString(directory.resolve("a"))).isEqualTo("x");
  }

  @Test
  void namesOfTheStoreItself_areRefused() {
    for (String key : List.of(".checkpoint-store", ".checkpoint-store/lock", ".hidden/a")) {
      assertRefused(Kind.INVALID, "is refused", () -> open().create(key, bytes("1")));
    }
  }

  @Test
  void pathThatIsTooLong_isRefused() {
    Path deep = directory;
    for (int i = 0; i < 20; i++) {
      deep = deep.resolve("d".repeat(250));
    }
    FileStore store = FileStore.at(deep);

    assertRefused(Kind.INVALID, "length", () -> store.create("a", bytes("1")));
  }

  @Test
  void versionThatIsAPath_leadsNowhere() throws IOException {
    FileStore store = open();
    written(store.create("a", bytes("1")));
    Files.writeString(directory.resolve("secret"), "x");

    assertRefused(Kind.NOT_FOUND, "no such version", () -> store.readVersion("a", "../../secret"));
  }

  @Test
  void options_areNamedWhenTheyAreWrong() {
    assertRefused(Kind.INVALID, "history=x is not a number", () -> openAt("?history=x"));
    assertRefused(Kind.INVALID, "from 0 to 1000", () -> openAt("?history=1001"));
    assertRefused(Kind.INVALID, "does not know 'histroy'", () -> openAt("?histroy=1"));
    assertRefused(
        Kind.INVALID,
        "names no directory",
        () -> StoreProvider.openAt(StoreLocation.parse("file:")));
  }

  private CheckpointStore openAt(String query) {
    return StoreProvider.openAt(StoreLocation.parse("file:" + directory + query));
  }

  // ---- location

  @Test
  void location_ofARelativePath_isComplete() {
    String here = Path.of("").toAbsolutePath().toString();

    assertThat(StoreProvider.openAt(StoreLocation.parse("checkpoints")).location())
        .isEqualTo(here + "/checkpoints");
    assertThat(StoreProvider.openAt(StoreLocation.parse("./a/../b")).location())
        .isEqualTo(here + "/a/../b");
    assertThat(StoreProvider.openAt(StoreLocation.parse("what?")).location())
        .isEqualTo(here + "/what?");
  }

  @Test
  void location_ofAFileUrl_namesThisMachineOnly() {
    for (String url : List.of("file:///srv/x", "file:/srv/x", "file://LocalHost/srv/x")) {
      assertThat(StoreLocation.parse(url).path()).as(url).isEqualTo("/srv/x");
    }
    assertThat(StoreLocation.parse("file:dir/x").path()).isEqualTo("dir/x");
    assertRefused(
        Kind.INVALID,
        "'server' is not localhost",
        () -> StoreLocation.parse("file://server/srv/x?history=1"));
  }

  @Test
  void opening_makesNothing() throws IOException {
    FileStore store = FileStore.at(directory.resolve("new/deep"));
    assertThat(store.read("a")).isEmpty();
    assertThat(store.list("").iterator().next().objects()).isEmpty();
    assertThat(store.delete(Deletion.ofEach("a")).isComplete()).isTrue();
    assertThat(store.versions("a")).isEmpty();
    assertThat(store.diagnose()).noneMatch(f -> f.verdict() == Finding.Verdict.FAILED);

    assertThat(names(directory)).isEmpty();
  }

  @Test
  void diagnosis_saysWhatItTried() {
    assertThat(open().diagnose())
        .extracting(Finding::check)
        .containsExactly(
            "directory",
            "create if absent",
            "compare and set",
            "racing creators",
            "history",
            "list and delete",
            "lock",
            "clock",
            "file system",
            "free space");
  }

  private static void assertRefused(Kind kind, String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .hasMessageContaining(message)
        .asInstanceOf(type(StoreException.class))
        .extracting(StoreException::kind)
        .isEqualTo(kind);
  }

  private static Version written(WriteResult result) {
    assertThat(result.outcome()).isEqualTo(Outcome.WRITTEN);
    return result.version().orElseThrow();
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
