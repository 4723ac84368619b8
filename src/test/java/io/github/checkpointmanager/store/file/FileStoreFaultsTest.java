package io.github.checkpointmanager.store.file;

import static io.github.checkpointmanager.testing.RecordedDisk.Kind.LINK;
import static io.github.checkpointmanager.testing.RecordedDisk.Kind.MAKE_DIRECTORY;
import static io.github.checkpointmanager.testing.RecordedDisk.Kind.PERMIT;
import static io.github.checkpointmanager.testing.RecordedDisk.Kind.RENAME;
import static io.github.checkpointmanager.testing.RecordedDisk.Kind.SYNC;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.OutcomeUnknownException;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult.Outcome;
import io.github.checkpointmanager.testing.RecordedDisk;
import io.github.checkpointmanager.testing.RecordedDisk.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the store says when a system call fails: never that something is saved that may not be. */
class FileStoreFaultsTest {
  private static final String IO_ERROR = "Input/output error";

  /** Of the level itself: what makes a record durable. */
  private static final Predicate<Step> LEVEL_SYNC = new Step(SYNC, "etl")::equals;

  @TempDir private Path directory;
  private RecordedDisk disk;
  private CheckpointStore store;

  @BeforeEach
  void open() {
    disk = RecordedDisk.at(directory);
    store = FileStore.at(disk.path().resolve("etl"));
    write("warm-up", "0");
  }

  // ---- a sync that fails

  @Test
  void save_thatTheDiskDidNotConfirm_isUnknownUntilTheDiskConfirmsAnotherFile() throws Exception {
    try (CheckpointManager checkpoints = CheckpointManager.builder().store(store).open()) {
      disk.refuse(LEVEL_SYNC, IO_ERROR);
      OutcomeUnknownException unknown =
          catchThrowableOfType(OutcomeUnknownException.class, () -> checkpoints.save("train"));

      assertThat(unknown).hasMessageContaining("the disk did not confirm it: Input/output error");
      assertThatThrownBy(() -> checkpoints.has("train")).isInstanceOf(CheckpointException.class);
      assertThatThrownBy(() -> checkpoints.save("train")).isInstanceOf(CheckpointException.class);
      assertThatThrownBy(unknown::retry).isInstanceOf(OutcomeUnknownException.class);

      disk.heal();
      disk.clear();
      SaveResult saved = unknown.retry();

      assertThat(saved.outcome()).isEqualTo(SaveResult.Outcome.SAVED);
      assertThat(disk.steps())
          .containsSubsequence(new Step(RENAME, "etl/train.checkpoint"), new Step(SYNC, "etl"));
      assertThat(checkpoints.has("train")).isTrue();
    }
  }

  @Test
  void replace_thatTheDiskDidNotConfirm_isNotReadBack_andItsHistoryStaysAsItIs() {
    Version zero = write("a", "zero");
    Version first = store.replace("a", bytes("one"), zero).version().orElseThrow();
    disk.refuse(LEVEL_SYNC, IO_ERROR);

    assertFails(Kind.OUTCOME_UNKNOWN, () -> store.replace("a", bytes("two"), first));
    assertFails(Kind.UNAVAILABLE, () -> store.read("a"));
    assertFails(Kind.UNAVAILABLE, () -> store.readHead("a"));

    disk.heal();
    StoredObject found = store.read("a").orElseThrow();
    assertThat(found.content()).isEqualTo(bytes("two"));
    assertThat(store.read("a").orElseThrow().lastModified()).isEqualTo(found.lastModified());
    assertThat(store.versions("a")).hasSize(3);
    assertThat(store.replace("a", bytes("three"), found.version()).outcome())
        .isEqualTo(Outcome.WRITTEN);
    assertThat(store.versions("a")).hasSize(4);
  }

  @Test
  void stateOfAnotherWriter_afterAWriteThatWasNotConfirmed_isReadAsItIs() {
    disk.refuse(LEVEL_SYNC, IO_ERROR);
    assertFails(Kind.OUTCOME_UNKNOWN, () -> store.create("a", bytes("one")));
    FileStore another = FileStore.at(directory.resolve("etl"));
    another.replace("a", bytes("two"), another.read("a").orElseThrow().version());

    assertThat(store.read("a").orElseThrow().content()).isEqualTo(bytes("two"));
  }

  @Test
  void delete_thatTheDiskDidNotConfirm_isUnknown_alsoWhenItIsRepeated() {
    Version first = write("a", "one");
    store.replace("a", bytes("two"), first);
    disk.refuse(LEVEL_SYNC, IO_ERROR);

    assertThat(failureOfDeleting("a").kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
    assertThat(failureOfDeleting("a").kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
    DeletionReport both = store.delete(Deletion.ofEach("a", "warm-up"));
    assertThat(both.deleted()).isZero();
    assertThat(both.failures()).extracting("key").containsExactlyInAnyOrder("a", "warm-up");
    disk.heal();
    assertThat(store.delete(Deletion.ofEach("a", "warm-up")).deleted()).isEqualTo(2);
  }

  @Test
  void directory_whoseParentWasNotSynced_isSyncedByTheNextWriter() {
    CheckpointStore fresh = FileStore.at(disk.path().resolve("x/y"));
    disk.refuse(new Step(SYNC, "")::equals, IO_ERROR);
    assertFails(Kind.UNAVAILABLE, () -> fresh.create("a", bytes("one")));
    disk.heal();
    disk.clear();

    fresh.create("a", bytes("one"));

    assertThat(disk.steps()).contains(new Step(SYNC, ""), new Step(SYNC, "x"));
  }

  @Test
  void history_isOnTheDiskBeforeTheStateLosesItsName() {
    Version first = write("a", "one");
    disk.clear();

    Version second = store.replace("a", bytes("two"), first).version().orElseThrow();

    Step synced = new Step(SYNC, "etl/.checkpoint-store/history/a");
    assertThat(disk.steps())
        .containsSubsequence(
            new Step(SYNC, "etl/.checkpoint-store"),
            new Step(SYNC, "etl/.checkpoint-store/history"),
            synced,
            new Step(RENAME, "etl/a"));
    disk.refuse(synced::equals, IO_ERROR);
    assertFails(Kind.UNAVAILABLE, () -> store.replace("a", bytes("three"), second));
    assertThat(store.read("a").orElseThrow().content()).isEqualTo(bytes("two"));
  }

  // ---- link, rename and unlink that fail

  @ParameterizedTest
  @ValueSource(strings = {"Connection timed out", IO_ERROR, "No such file or directory"})
  void write_thatWasCarriedOut_andAnsweredWithAnError_isWritten(String reason) {
    Version first = write("a", "one");
    disk.failAfter(step -> step.path().matches("etl/[ab]") && step.kind() != SYNC, reason);

    assertThat(store.create("b", bytes("one")).outcome()).isEqualTo(Outcome.WRITTEN);
    assertThat(store.replace("a", bytes("two"), first).outcome()).isEqualTo(Outcome.WRITTEN);
  }

  @ParameterizedTest
  @CsvSource({
    "Connection timed out, OUTCOME_UNKNOWN",
    "Input/output error, OUTCOME_UNKNOWN",
    "Stale file handle, OUTCOME_UNKNOWN",
    "No such file or directory, OUTCOME_UNKNOWN",
    "Eingabe-/Ausgabefehler, OUTCOME_UNKNOWN",
    "No space left on device, UNAVAILABLE",
    "Disk quota exceeded, UNAVAILABLE",
    "Read-only file system, DENIED",
    "File name too long, INVALID",
  })
  void write_thatFails_isAFailureOnlyIfNothingCanHaveHappened(String reason, Kind kind) {
    Version first = write("a", "one");
    disk.refuse(step -> step.path().matches("etl/[ab]"), reason);

    assertFails(kind, () -> store.create("b", bytes("one")));
    assertFails(kind, () -> store.replace("a", bytes("two"), first));

    assertThat(store.read("b")).isEmpty();
    assertThat(store.read("a").orElseThrow().content()).isEqualTo(bytes("one"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Operation not permitted",
        "Operation not supported",
        "Function not implemented",
        "Unknown error 524",
        "Invalid cross-device link",
        "Too many links"
      })
  void fileSystemWithoutHardLinks_isUnsupported(String reason) {
    disk.refuse(step -> step.kind() == LINK, reason);

    assertThatThrownBy(() -> store.create("b", bytes("one")))
        .hasMessageContaining("hard links are not supported here")
        .hasMessageContaining("Use a file system that has hard links")
        .extracting(e -> ((StoreException) e).kind())
        .isEqualTo(Kind.UNSUPPORTED);
  }

  @Test
  void pathWithTheTextOfAnError_decidesNothing() {
    CheckpointStore named = FileStore.at(disk.path().resolve("no space left"));
    named.create("warm-up", bytes("0"));
    disk.refuse(step -> step.kind() == LINK, IO_ERROR);

    assertFails(Kind.OUTCOME_UNKNOWN, () -> named.create("b", bytes("one")));
  }

  @Test
  void delete_thatWasCarriedOut_andAnsweredWithAnError_isDone() {
    write("a", "one");
    disk.failAfter(step -> step.kind() == RENAME, IO_ERROR);

    assertThat(store.delete(Deletion.ofEach("a")).isComplete()).isTrue();
    assertThat(store.versions("a")).hasSize(2);
  }

  @Test
  void delete_thatFails_isAFailureOnlyIfNothingCanHaveHappened() {
    write("a", "one");
    Predicate<Step> move =
        step -> step.kind() == RENAME && step.path().matches("etl/.*/history/a/.*[0-9a-f]{16}");
    disk.refuse(move, IO_ERROR);
    assertThat(failureOfDeleting("a").kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
    disk.heal();
    disk.refuse(move, "Read-only file system");
    assertThat(failureOfDeleting("a").kind()).isEqualTo(Kind.DENIED);
  }

  @Test
  void delete_whoseNoteCannotBeWritten_isDone() {
    write("a", "one");
    disk.refuse(step -> step.path().endsWith("-deleted"), "No space left on device");

    assertThat(store.delete(Deletion.ofEach("a")).isComplete()).isTrue();
    assertThat(store.read("a")).isEmpty();
    assertThat(store.deletedKeys("")).containsExactly("a");
  }

  // ---- permissions

  /** The rename of a late first writer replaces an empty directory, in which another writes. */
  @Test
  void hiddenDirectory_isNeverSeenWithoutTheOneOfDrafts() {
    Path hidden = directory.resolve("fresh/.checkpoint-store");
    List<Boolean> seen = new ArrayList<>();
    disk.refuse(
        step -> {
          if (Files.isDirectory(hidden)) {
            seen.add(Files.isDirectory(hidden.resolve("drafts")));
          }
          return false;
        },
        "");

    FileStore.at(disk.path().resolve("fresh")).create("a", bytes("one"));

    assertThat(seen).isNotEmpty().containsOnly(true);
  }

  @Test
  void directoryOfTheStore_hasItsPermissionsBeforeItsName() throws Exception {
    Path shared = Files.createDirectory(directory.resolve("shared"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwx-wx-wx"));
    CheckpointStore fresh = FileStore.at(disk.path().resolve("shared"));
    disk.clear();

    Version first = fresh.create("a", bytes("one")).version().orElseThrow();
    fresh.replace("a", bytes("two"), first);

    List<String> permitted =
        disk.steps().stream().filter(step -> step.kind() == PERMIT).map(Step::path).toList();
    assertThat(permitted).hasSizeGreaterThanOrEqualTo(4).noneMatch(FileStoreFaultsTest::isNamed);
    assertThat(disk.steps())
        .noneMatch(step -> step.kind() == MAKE_DIRECTORY && isNamed(step.path()));
  }

  /** Whether other processes use the file by this name. */
  private static boolean isNamed(String path) {
    return path.matches("shared/.checkpoint-store(/lock|/drafts|/history(/a)?)?");
  }

  // ---- shares

  @ParameterizedTest
  @ValueSource(strings = {"Invalid argument", "Operation not supported", "Bad file descriptor"})
  void share_thatRefusesTheSyncOfADirectory_isUsed(String reason) {
    disk.refuse(step -> step.kind() == SYNC, reason);

    useFresh();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Operation not permitted", "Operation not supported"})
  void share_thatRefusesPermissions_isUsed(String reason) {
    disk.refuse(step -> step.kind() == PERMIT, reason);

    useFresh();
  }

  private void useFresh() {
    CheckpointStore fresh = FileStore.at(disk.path().resolve("fresh/level"));
    Version first = fresh.create("a.claim", bytes("one")).version().orElseThrow();
    assertThat(fresh.replace("a.claim", bytes("two"), first).outcome()).isEqualTo(Outcome.WRITTEN);
    assertThat(fresh.read("a.claim").orElseThrow().storeTime()).isPresent();
    assertThat(fresh.delete(Deletion.ofEach("a.claim")).isComplete()).isTrue();
    assertThat(fresh.versions("a.claim")).hasSize(3);
    assertThat(disk.steps()).contains(new Step(MAKE_DIRECTORY, "fresh/level"));
  }

  private Version write(String key, String content) {
    return store.create(key, bytes(content)).version().orElseThrow();
  }

  private DeletionReport.Failure failureOfDeleting(String key) {
    List<DeletionReport.Failure> failures = store.delete(Deletion.ofEach(key)).failures();
    assertThat(failures).hasSize(1);
    return failures.get(0);
  }

  private static void assertFails(Kind kind, ThrowingCallable call) {
    StoreException failure = catchThrowableOfType(StoreException.class, call);
    assertThat(failure).isNotNull();
    assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
