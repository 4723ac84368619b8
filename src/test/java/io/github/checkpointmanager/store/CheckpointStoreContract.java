package io.github.checkpointmanager.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.github.checkpointmanager.store.CheckpointStore.Finding;
import io.github.checkpointmanager.store.CheckpointStore.StoredVersion;
import io.github.checkpointmanager.store.StoreException.Kind;
import io.github.checkpointmanager.store.WriteResult.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@link CheckpointStore} promises, as tests that every store passes: extend it, and say how a
 * fresh store is opened.
 *
 * <pre>{@code
 * class MyStoreContractTest extends CheckpointStoreContract {
 *   @Override
 *   protected CheckpointStore open() {
 *     return new MyStore(freshRoot());
 *   }
 * }
 * }</pre>
 *
 * <p>Where a store may choose, a method to override says what it chose; no test is ever skipped.
 * One class, although a long one, so that a store's suite is one subclass.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // a hang is a failure; nothing is judged by its speed
public abstract class CheckpointStoreContract {
  private static final int RACERS = 32;

  private CheckpointStore store;

  /** A store whose root is empty and that no other test uses. */
  protected abstract CheckpointStore open() throws Exception;

  /**
   * Another instance on the same root, as another process would open it. By default through the
   * location that the first one reports.
   */
  protected CheckpointStore second(CheckpointStore first) {
    return StoreProvider.openAt(StoreLocation.parse(first.location()));
  }

  /** Whether {@link CheckpointStore#versions} works; otherwise it must be {@code UNSUPPORTED}. */
  protected boolean keepsHistory() {
    return true;
  }

  /** Whether a deletion compares the version seen; otherwise it deletes every version. */
  protected boolean comparesDeletions() {
    return true;
  }

  /** Whether a read of a claim says what time it is by the store's clock. */
  protected boolean tellsTime() {
    return true;
  }

  @BeforeEach
  final void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  final void closeStore() {
    store.close();
  }

  // ---- create

  @Test
  void create_ofAnAbsentKey_writesIt() {
    WriteResult result = store.create("a.checkpoint", bytes("one"));

    assertThat(result.outcome()).isEqualTo(Outcome.WRITTEN);
    StoredObject found = store.read("a.checkpoint").orElseThrow();
    assertThat(found.content()).isEqualTo(bytes("one"));
    assertThat(found.totalSize()).isEqualTo(3);
    assertThat(found.isComplete()).isTrue();
    assertThat(result.version()).contains(found.version());
  }

  @Test
  void create_ofAnExistingKey_conflictsAndChangesNothing() {
    Version first = create("a", "one");

    assertThat(store.create("a", bytes("two"))).isEqualTo(WriteResult.conflict());

    assertThat(text("a")).contains("one");
    assertThat(store.read("a").orElseThrow().version()).isEqualTo(first);
  }

  @Test
  void create_ofAnExistingKeyWithTheSameBytes_conflictsToo() {
    create("a", "one");

    assertThat(store.create("a", bytes("one"))).isEqualTo(WriteResult.conflict());
  }

  @Test
  void create_afterADeletion_writesAgain() {
    create("a", "one");
    delete("a");

    create("a", "two");

    assertThat(text("a")).contains("two");
  }

  @Test
  void create_ofAnEmptyObject_isDeliveredAsSuch() {
    create("a", "");

    assertThat(store.read("a").orElseThrow().content()).isEmpty();
    assertThat(store.readHead("a").orElseThrow().content()).isEmpty();
    assertThat(store.readHead("a").orElseThrow().totalSize()).isZero();
    assertThat(store.create("a", bytes("two"))).isEqualTo(WriteResult.conflict());
  }

  @Test
  void create_ofEveryByteValue_isReadUnchanged() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    store.create("a", all);

    assertThat(store.read("a").orElseThrow().content()).isEqualTo(all);
  }

  @Test
  void create_ofFiveMebibytes_isReadWhole() {
    byte[] large = filled(5 * 1024 * 1024, 7);
    large[large.length - 1] = 8;
    store.create("a", large);

    assertThat(Arrays.equals(store.read("a").orElseThrow().content(), large)).isTrue();
  }

  @Test
  void create_keepsBytesOfItsOwn() {
    byte[] content = bytes("one");
    store.create("a", content);
    content[0] = 'x';

    assertThat(text("a")).contains("one");
  }

  // ---- read

  @Test
  void read_ofAnAbsentKey_isEmpty() {
    create("b", "one");

    assertThat(store.read("a")).isEmpty();
    assertThat(store.readHead("a")).isEmpty();
    assertThat(store.read("level/a")).isEmpty();
  }

  @Test
  void readHead_ofASmallObject_isAllOfIt() {
    Version version = create("a", "one");

    StoredObject head = store.readHead("a").orElseThrow();

    assertThat(head.content()).isEqualTo(bytes("one"));
    assertThat(head.isComplete()).isTrue();
    assertThat(head.version()).isEqualTo(version);
  }

  @Test
  void readHead_ofExactlyItsLimit_isAllOfIt() {
    byte[] content = filled(CheckpointStore.HEAD_BYTES, 1);
    store.create("a", content);

    StoredObject head = store.readHead("a").orElseThrow();

    assertThat(head.content()).isEqualTo(content);
    assertThat(head.isComplete()).isTrue();
  }

  @Test
  void readHead_ofALargeObject_isItsBeginningAndItsSize() {
    byte[] content = filled(CheckpointStore.HEAD_BYTES + 1, 1);
    content[CheckpointStore.HEAD_BYTES] = 2;
    store.create("a", content);

    StoredObject head = store.readHead("a").orElseThrow();

    assertThat(head.content()).isEqualTo(filled(CheckpointStore.HEAD_BYTES, 1));
    assertThat(head.totalSize()).isEqualTo(CheckpointStore.HEAD_BYTES + 1);
    assertThat(head.isComplete()).isFalse();
    assertThat(head.version()).isEqualTo(store.read("a").orElseThrow().version());
  }

  @Test
  void readHead_ofLargeObjectsThatDifferAtTheEnd_hasDifferentVersions() {
    byte[] content = filled(CheckpointStore.HEAD_BYTES + 1, 1);
    store.create("a", content);
    Version seen = store.readHead("a").orElseThrow().version();
    content[CheckpointStore.HEAD_BYTES] = 2;
    store.replace("a", content, seen);

    assertThat(store.readHead("a").orElseThrow().version()).isNotEqualTo(seen);
  }

  // ---- replace

  @Test
  void replace_ofTheCurrentVersion_writes() {
    Version first = create("a", "one");

    WriteResult result = store.replace("a", bytes("two"), first);

    assertThat(result.outcome()).isEqualTo(Outcome.WRITTEN);
    assertThat(result.version()).contains(store.read("a").orElseThrow().version());
    assertThat(result.version().orElseThrow()).isNotEqualTo(first);
    assertThat(text("a")).contains("two");
  }

  @Test
  void replace_ofTheVersionThatAReadGave_writes() {
    create("a", "one");
    replace("a", "two", store.read("a").orElseThrow().version());
    replace("a", "three", store.readHead("a").orElseThrow().version());

    assertThat(text("a")).contains("three");
  }

  @Test
  void replace_ofAnOldVersion_conflictsAndChangesNothing() {
    Version first = create("a", "one");
    replace("a", "two", first);

    assertThat(store.replace("a", bytes("three"), first)).isEqualTo(WriteResult.conflict());

    assertThat(text("a")).contains("two");
  }

  @Test
  void replace_ofADeletedKey_isGone() {
    Version first = create("a", "one");
    delete("a");

    assertThat(store.replace("a", bytes("two"), first)).isEqualTo(WriteResult.gone());

    assertThat(store.read("a")).isEmpty();
  }

  @Test
  void replace_ofAKeyThatNeverWas_isGone() {
    Version other = create("b", "one");

    assertThat(store.replace("a", bytes("two"), other)).isEqualTo(WriteResult.gone());
    assertThat(store.replace("level/a", bytes("two"), other)).isEqualTo(WriteResult.gone());

    assertThat(store.read("a")).isEmpty();
  }

  @Test
  void replace_ofAKeyThatWasDeletedAndCreatedAgain_conflicts() {
    Version first = create("a", "one");
    delete("a");
    create("a", "two");

    assertThat(store.replace("a", bytes("three"), first)).isEqualTo(WriteResult.conflict());

    assertThat(text("a")).contains("two");
  }

  @Test
  void replace_withTheVersionOfAnotherKey_conflicts() {
    create("a", "one");
    Version other = create("b", "two");

    assertThat(store.replace("a", bytes("three"), other)).isEqualTo(WriteResult.conflict());

    assertThat(text("a")).contains("one");
  }

  // ---- list

  @Test
  void list_ofAnEmptyStore_isOneEmptyPage() {
    List<Listing.Page> pages = pages("");

    assertThat(pages).hasSize(1);
    assertThat(pages.get(0).objects()).isEmpty();
    assertThat(pages.get(0).children()).isEmpty();
  }

  @Test
  void list_givesKeySizeAndTime() {
    create("a", "three");

    Listing.Entry listed = pages("").get(0).objects().get(0);

    assertThat(listed.key()).isEqualTo("a");
    assertThat(listed.size()).isEqualTo(5);
    // Stores may give whole seconds in one place and fractions in another.
    assertThat(Duration.between(listed.lastModified(), lastModified("a")).abs())
        .isLessThanOrEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void list_isOneLevelAndNamesTheLevelsBelow() {
    create("a", "1");
    create("job1/b", "1");
    create("job1/run2/c", "1");
    create("job10/d", "1");

    assertThat(keys("")).containsExactly("a");
    assertThat(children("")).containsExactlyInAnyOrder("job1/", "job10/");
  }

  @Test
  void list_ofALevel_givesWholeKeysAndNoSiblings() {
    create("job1", "1");
    create("job1.checkpoint", "1");
    create("job10", "1");
    create("jobs/a", "1");
    create("jobs/run2/c", "1");
    create("jobs0/d", "1");
    create("jobs-old/e", "1");

    assertThat(keys("jobs/")).containsExactly("jobs/a");
    assertThat(children("jobs/")).containsExactly("run2/");
    assertThat(keys("")).containsExactlyInAnyOrder("job1", "job1.checkpoint", "job10");
  }

  @Test
  void list_ofALevelThatIsNotThere_isEmpty() {
    create("job1/a", "1");

    assertThat(keys("job10/")).isEmpty();
    assertThat(keys("job1/run2/")).isEmpty();
    assertThat(children("job1/")).isEmpty();
  }

  @Test
  void list_afterADeletion_showsWhatIsLeft() {
    create("a", "1");
    create("b", "1");
    delete("a");

    assertThat(keys("")).containsExactly("b");
  }

  @Test
  void list_asksEachTimeItIsIterated() {
    Listing listing = store.list("");
    create("a", "1");
    assertThat(keys(listing)).containsExactly("a");
    create("b", "1");
    assertThat(keys(listing)).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void list_afterItsLastPage_hasNoMore() {
    Iterator<Listing.Page> pages = store.list("").iterator();
    while (pages.hasNext()) {
      pages.next();
    }

    assertThatThrownBy(pages::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void list_ofAPrefixWithoutASlash_isRefused() {
    assertThatThrownBy(() -> store.list("job1").iterator().next())
        .asInstanceOf(type(StoreException.class))
        .extracting(StoreException::kind)
        .isEqualTo(Kind.INVALID);
  }

  @Test
  void manyKeys_areListedOnceEachAndDeletedAtOnce() throws Exception {
    List<String> many = IntStream.range(0, 1_001).mapToObj(i -> String.format("k%04d", i)).toList();
    ExecutorService executor = Executors.newFixedThreadPool(8);
    try {
      for (Future<WriteResult> write :
          executor.invokeAll(many.stream().map(this::creationOf).toList())) {
        assertThat(write.get().outcome()).isEqualTo(Outcome.WRITTEN);
      }
    } finally {
      executor.shutdownNow();
    }
    create("beside", "1");

    assertThat(keys("")).hasSize(1_002).containsAll(many).doesNotHaveDuplicates();
    DeletionReport report = store.delete(many.stream().map(Deletion::ofAny));

    assertThat(report.failures()).isEmpty();
    assertThat(report.deleted()).isEqualTo(1_001);
    assertThat(keys("")).containsExactly("beside");
  }

  private Callable<WriteResult> creationOf(String key) {
    return () -> store.create(key, bytes("1"));
  }

  // ---- delete

  @Test
  void delete_removesTheKeysAndNoOther() {
    for (String key : List.of("job1", "job10", "job1.checkpoint", "jobs/a", "jobs/b")) {
      create(key, "1");
    }

    DeletionReport report = store.delete(Deletion.ofEach("job1", "jobs/a"));

    assertThat(report.isComplete()).isTrue();
    assertThat(report.deleted()).isEqualTo(2);
    assertThat(store.read("job1")).isEmpty();
    assertThat(keys("")).containsExactlyInAnyOrder("job10", "job1.checkpoint");
    assertThat(keys("jobs/")).containsExactly("jobs/b");
  }

  @Test
  void delete_ofAnAbsentKey_countsItAsDeleted() {
    create("a", "1");

    DeletionReport report = store.delete(Deletion.ofEach("a", "b", "level/c"));

    assertThat(report.isComplete()).isTrue();
    assertThat(report.deleted()).isEqualTo(3);
  }

  @Test
  void delete_ofAKeyGivenTwice_isComplete() {
    create("a", "1");

    assertThat(store.delete(Deletion.ofEach("a", "a")).isComplete()).isTrue();
    assertThat(store.read("a")).isEmpty();
  }

  @Test
  void comparesDeletions_isAsTheStoreSays() {
    assertThat(store.comparesDeletions()).isEqualTo(comparesDeletions());
    assertThat(keys("")).as("what is left of a probe").isEmpty();
  }

  @Test
  void delete_ofTheVersionSeen_deletesIt() {
    Version current = replace("a", "two", create("a", "one"));
    store.comparesDeletions();

    assertThat(store.delete(Stream.of(Deletion.of("a", current))).isComplete()).isTrue();
    assertThat(store.read("a")).isEmpty();
  }

  @Test
  void delete_ofTheVersionListed_deletesIt() {
    create("a", "one");
    store.comparesDeletions();
    Listing.Entry listed = store.list("").iterator().next().objects().get(0);

    assertThat(listed.version().filter(v -> !v.equals(store.read("a").orElseThrow().version())))
        .isEmpty();
    assertThat(store.delete(Stream.of(new Deletion("a", listed.version()))).isComplete()).isTrue();
    assertThat(store.read("a")).isEmpty();
  }

  @Test
  void delete_ofAVersionThatWasReplaced_keepsTheKey_andIsAConflict() {
    Version seen = create("a", "one");
    replace("a", "two", seen);
    create("b", "one");
    boolean compared = store.comparesDeletions();

    DeletionReport report = store.delete(Stream.of(Deletion.of("a", seen), Deletion.ofAny("b")));

    assertThat(report.conflicts()).isEqualTo(compared ? List.of("a") : List.of());
    assertThat(report.deleted()).isEqualTo(compared ? 1 : 2);
    assertThat(keys("")).isEqualTo(compared ? List.of("a") : List.of());
  }

  @Test
  void delete_ofAVersionThatIsGone_countsItAsDeleted() {
    Version seen = create("a", "one");
    store.delete(Deletion.ofEach("a"));
    store.comparesDeletions();

    DeletionReport report = store.delete(Stream.of(Deletion.of("a", seen)));

    assertThat(report).isEqualTo(new DeletionReport(1, List.of()));
  }

  @Test
  void deleteAndReplaceOfOneVersion_atOnce_haveOneWinner() throws Exception {
    boolean compared = store.comparesDeletions();
    for (int round = 0; round < 20; round++) {
      String key = "k" + round;
      Version seen = create(key, "one");

      List<Boolean> done =
          race(
              2,
              i ->
                  i == 0
                      ? store.delete(Stream.of(Deletion.of(key, seen))).isComplete()
                      : store.replace(key, bytes("two"), seen).outcome() == Outcome.WRITTEN);

      if (compared) {
        assertThat(done).containsExactlyInAnyOrder(true, false);
        assertThat(store.read(key).isPresent()).isEqualTo(done.get(1));
      }
    }
  }

  @Test
  void purge_ofAVersionThatWasReplaced_keepsTheKey_andIsAConflict() {
    Version seen = create("a", "one");
    Version current = replace("a", "two", seen);
    boolean compared = store.comparesDeletions();

    DeletionReport report = store.purge(Stream.of(Deletion.of("a", seen)));

    assertThat(report.conflicts()).isEqualTo(compared ? List.of("a") : List.of());
    assertThat(store.read("a").isPresent()).isEqualTo(compared);
    assertThat(store.purge(Stream.of(Deletion.of("a", current))).isComplete()).isTrue();
    assertThat(store.read("a")).isEmpty();
  }

  @Test
  void delete_ofNothing_isComplete() {
    assertThat(store.delete(Stream.empty())).isEqualTo(new DeletionReport(0, List.of()));
  }

  @Test
  void delete_whenTheStreamFails_throwsItsFailureOn() {
    create("a", "1");
    IllegalStateException failure = new IllegalStateException("the listing broke off");
    Stream<String> keys =
        Stream.of("a", "b")
            .peek(
                key -> {
                  if (key.equals("b")) {
                    throw failure;
                  }
                });

    assertThatThrownBy(() -> store.delete(keys.map(Deletion::ofAny))).isSameAs(failure);
  }

  // ---- history

  @Test
  void versions_areNewestFirstWithTheCurrentOne() {
    Version first = create("a", "one");
    if (!historyIsKept("a")) {
      return;
    }
    replace("a", "three", first);

    List<StoredVersion> versions = store.versions("a");

    assertThat(versions).extracting(StoredVersion::size).containsExactly(5L, 3L);
    assertThat(versions).extracting(StoredVersion::latest).containsExactly(true, false);
    assertThat(versions).extracting(StoredVersion::deletion).containsOnly(false);
    assertThat(versions.get(0).lastModified()).isAfterOrEqualTo(versions.get(1).lastModified());
  }

  @Test
  void versions_afterADeletion_beginWithIt() {
    create("a", "one");
    if (!historyIsKept("a")) {
      return;
    }
    delete("a");

    List<StoredVersion> versions = store.versions("a");

    assertThat(versions).extracting(StoredVersion::deletion).containsExactly(true, false);
    assertThat(versions).extracting(StoredVersion::latest).containsExactly(true, false);
    assertThat(versions).extracting(StoredVersion::size).containsExactly(0L, 3L);
  }

  @Test
  void versions_afterADeletionAndAnotherCreate_haveAllThree() {
    create("a", "one");
    if (!historyIsKept("a")) {
      return;
    }
    delete("a");
    create("a", "three");

    assertThat(store.versions("a"))
        .extracting(StoredVersion::deletion)
        .containsExactly(false, true, false);
  }

  @Test
  void versions_ofAKeyThatNeverWas_areNone() {
    create("ab", "one");
    if (!historyIsKept("ab")) {
      return;
    }

    assertThat(store.versions("a")).isEmpty();
    assertThat(store.versions("ab")).hasSize(1);
  }

  @Test
  void readVersion_givesTheBytesOfThen() {
    Version first = create("a", "one");
    if (!historyIsKept("a")) {
      return;
    }
    String firstId = store.versions("a").get(0).versionId();
    assertThat(store.readVersion("a", firstId).content()).isEqualTo(bytes("one"));
    replace("a", "two", first);
    delete("a");

    List<StoredVersion> versions = store.versions("a");

    assertThat(store.readVersion("a", firstId).content()).isEqualTo(bytes("one"));
    assertThat(versions.get(2).versionId()).isEqualTo(firstId);
    assertThat(store.readVersion("a", versions.get(1).versionId()).content())
        .isEqualTo(bytes("two"));
  }

  @Test
  void readVersion_ofAnotherKeysVersion_isNotFound() {
    create("a", "one");
    create("b", "two");
    if (!historyIsKept("a")) {
      return;
    }
    String other = store.versions("b").get(0).versionId();

    assertThatThrownBy(() -> store.readVersion("a", other))
        .asInstanceOf(type(StoreException.class))
        .extracting(StoreException::kind)
        .isEqualTo(Kind.NOT_FOUND);
  }

  @Test
  void keepsHistory_isWhatVersionsDo() {
    assertThat(store.keepsHistory()).isEqualTo(keepsHistory());
  }

  @Test
  void deletedKeys_areThoseOfTheLevelThatHaveHistoryOnly() {
    create("a", "one");
    create("b", "one");
    create("level/c", "one");
    create("again", "one");
    delete("a");
    delete("level/c");
    delete("again");
    create("again", "two");

    assertThat(store.deletedKeys("")).isEqualTo(keepsHistory() ? List.of("a") : List.of());
    assertThat(store.deletedKeys("level/"))
        .isEqualTo(keepsHistory() ? List.of("level/c") : List.of());
    assertThat(store.deletedKeys("none/")).isEmpty();
  }

  // ---- purge

  @Test
  void purge_leavesNothingOfAKey() {
    Version first = create("a", "one");
    replace("a", "two", first);
    delete("a");
    create("a", "three");

    DeletionReport report = store.purge(Deletion.ofEach("a"));

    assertThat(report).isEqualTo(new DeletionReport(1, List.of()));
    assertNothingLeftOf("a");
    assertThat(keys("")).isEmpty();
  }

  @Test
  void purge_ofADeletedKey_takesItsHistory() {
    create("a", "one");
    delete("a");

    assertThat(store.purge(Deletion.ofEach("a")).isComplete()).isTrue();

    assertNothingLeftOf("a");
    assertThat(store.deletedKeys("")).isEmpty();
  }

  @Test
  void purge_removesTheKeysAndNoOther() {
    List<String> keys = List.of("job1", "job1.checkpoint", "job10", "jobs/a", "jobs/a2", "jobs/b");
    for (String key : keys) {
      replace(key, "two", create(key, "one"));
    }
    delete("jobs/a2");

    DeletionReport report = store.purge(Deletion.ofEach("job1", "jobs/a"));

    assertThat(report).isEqualTo(new DeletionReport(2, List.of()));
    assertNothingLeftOf("job1");
    assertNothingLeftOf("jobs/a");
    assertThat(keys("")).containsExactlyInAnyOrder("job10", "job1.checkpoint");
    assertThat(keys("jobs/")).containsExactly("jobs/b");
    if (keepsHistory()) {
      assertThat(store.versions("job10")).hasSize(2);
      assertThat(store.versions("jobs/a2")).hasSize(3);
      assertThat(store.deletedKeys("jobs/")).containsExactly("jobs/a2");
    }
  }

  @Test
  void purge_ofManyKeys_leavesWhatLiesBetweenAndBesideThem() {
    List<String> many = IntStream.range(0, 30).mapToObj(i -> String.format("k%02d", i)).toList();
    List<String> strangers = List.of("a", "k1", "k15x", "k29x", "z", "k/k15");
    Stream.concat(many.stream(), strangers.stream())
        .forEach(key -> replace(key, "two", create(key, "one")));
    delete("k07");

    DeletionReport report = store.purge(many.stream().map(Deletion::ofAny));

    assertThat(report).isEqualTo(new DeletionReport(30, List.of()));
    many.forEach(this::assertNothingLeftOf);
    assertThat(strangers).allSatisfy(key -> assertThat(text(key)).contains("two"));
    if (keepsHistory()) {
      assertThat(strangers).allSatisfy(key -> assertThat(store.versions(key)).hasSize(2));
    }
  }

  @Test
  void purge_ofAnAbsentKey_countsItAsDeleted() {
    create("a", "1");

    DeletionReport report = store.purge(Deletion.ofEach("a", "b", "level/c"));

    assertThat(report).isEqualTo(new DeletionReport(3, List.of()));
    assertThat(store.deletedKeys("")).isEmpty();
  }

  @Test
  void purge_ofAKeyGivenTwice_isComplete() {
    create("a", "1");

    assertThat(store.purge(Deletion.ofEach("a", "a")).isComplete()).isTrue();
    assertNothingLeftOf("a");
  }

  @Test
  void purge_ofNothing_isComplete() {
    assertThat(store.purge(Stream.empty())).isEqualTo(new DeletionReport(0, List.of()));
  }

  @Test
  void purge_whenTheStreamFails_throwsItsFailureOn() {
    IllegalStateException failure = new IllegalStateException("the listing broke off");
    Stream<String> keys =
        Stream.of("a")
            .peek(
                key -> {
                  throw failure;
                });

    assertThatThrownBy(() -> store.purge(keys.map(Deletion::ofAny))).isSameAs(failure);
  }

  @Test
  void create_afterAPurge_beginsANewHistory() {
    replace("a", "two", create("a", "one"));
    store.purge(Deletion.ofEach("a"));

    create("a", "three");

    assertThat(text("a")).contains("three");
    if (keepsHistory()) {
      assertThat(store.versions("a"))
          .singleElement()
          .satisfies(only -> assertThat(only.latest()).isTrue());
    }
  }

  private void assertNothingLeftOf(String key) {
    assertThat(store.read(key)).as(key).isEmpty();
    if (keepsHistory()) {
      assertThat(store.versions(key)).as(key).isEmpty();
    }
  }

  /** True if this store keeps history; otherwise its refusal has been checked. */
  private boolean historyIsKept(String key) {
    if (!keepsHistory()) {
      assertThatThrownBy(() -> store.versions(key))
          .asInstanceOf(type(StoreException.class))
          .extracting(StoreException::kind)
          .isEqualTo(Kind.UNSUPPORTED);
    }
    return keepsHistory();
  }

  // ---- time

  @Test
  void age_ofAClaim_isByTheStoresClock() {
    create("a.claim", "one");

    StoredObject claim = store.read("a.claim").orElseThrow();

    assertThat(claim.storeTime().isPresent()).isEqualTo(tellsTime());
    // Generous: this is about clocks that are mixed up by hours, not about speed.
    assertThat(claim.age().orElse(Duration.ZERO)).isLessThan(Duration.ofMinutes(5));
    assertThat(claim.storeTime().orElse(claim.lastModified()))
        .isAfterOrEqualTo(claim.lastModified().minusSeconds(2));
  }

  @Test
  void age_neverRunsBackwards() {
    create("a.claim", "one");
    Optional<Instant> earlier = store.read("a.claim").orElseThrow().storeTime();
    Optional<Instant> later = store.readHead("a.claim").orElseThrow().storeTime();

    assertThat(later.isPresent()).isEqualTo(earlier.isPresent());
    earlier.ifPresent(time -> assertThat(later.orElseThrow()).isAfterOrEqualTo(time));
  }

  @Test
  void lastModified_changesWithTheStateAndNotWithReading() {
    Version first = create("a", "one");
    Instant written = lastModified("a");
    assertThat(lastModified("a")).isEqualTo(written);
    replace("a", "two", first);

    assertThat(lastModified("a")).isAfterOrEqualTo(written);
  }

  // ---- keys

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-.checkpoint",
        "data ingestion  twice.checkpoint",
        "%E2%82%AC%2F%25.checkpoint",
        "%20leading and trailing%20.checkpoint",
        "-dash.checkpoint",
        "_.checkpoint",
        "a..b.checkpoint",
        ".probe-3f0c",
        "level one/level%2Ftwo/x y.claim"
      })
  void key_ofAnyLiteralCharacter_isKeptAsItIs(String key) {
    Version first = create(key, "one");
    String level = key.substring(0, key.lastIndexOf('/') + 1);

    assertThat(keys(level)).containsExactly(key);
    replace(key, "two", first);
    assertThat(text(key)).contains("two");
    delete(key);
    assertThat(store.read(key)).isEmpty();
    assertThat(keys(level)).isEmpty();
  }

  @Test
  void key_ofTheGreatestLength_isTaken() {
    String key = "k".repeat(store.maxKeyBytes() - ".checkpoint".length()) + ".checkpoint";
    Version first = create(key, "one");
    replace(key, "two", first);

    assertThat(text(key)).contains("two");
    assertThat(keys("")).containsExactly(key);
    delete(key);
    assertThat(store.read(key)).isEmpty();
  }

  @Test
  void key_ofOneByteMore_isRefusedSayingTheLimit() {
    String key = "k".repeat(store.maxKeyBytes() + 1);

    assertRefused(key, String.valueOf(store.maxKeyBytes()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a\nb", "a\0b"})
  void key_ofNoUsableShape_isRefused(String key) {
    assertRefused(key, "refused");
  }

  /** A server or file system would be sent another character in its place. */
  @Test
  void key_withAnUnpairedSurrogate_isRefused() {
    assertRefused("a\ud800b", "surrogate");
    assertRefused("\udc00", "surrogate");
    assertThatThrownBy(() -> store.list("a\ud800b/").iterator().next())
        .hasMessageContaining("surrogate")
        .asInstanceOf(type(StoreException.class))
        .extracting(StoreException::kind)
        .isEqualTo(Kind.INVALID);
  }

  private void assertRefused(String key, String message) {
    List<Callable<?>> calls =
        List.of(
            () -> store.read(key),
            () -> store.readHead(key),
            () -> store.create(key, bytes("1")),
            () -> store.replace(key, bytes("1"), new Version("1")));
    for (Callable<?> call : calls) {
      assertThatThrownBy(call::call)
          .hasMessageContaining(message)
          .asInstanceOf(type(StoreException.class))
          .extracting(StoreException::kind)
          .isEqualTo(Kind.INVALID);
    }
  }

  // ---- several writers

  @Test
  void create_byManyAtOnce_isWrittenOnce() throws Exception {
    try (CheckpointStore other = second(store)) {
      List<WriteResult> results =
          race(RACERS, i -> (i % 2 == 0 ? store : other).create("a", bytes("racer " + i)));

      int winner = onlyWinner(results);
      assertThat(text("a")).contains("racer " + winner);
      assertThat(results.get(winner).version()).contains(store.read("a").orElseThrow().version());
    }
  }

  @Test
  void create_byManyAtOnceOnANewLevel_isWrittenOnce() throws Exception {
    List<WriteResult> results =
        race(RACERS, i -> store.create("run/of/today/a", bytes("racer " + i)));

    assertThat(text("run/of/today/a")).contains("racer " + onlyWinner(results));
  }

  @Test
  void replace_byManyAtOnce_isWrittenOnce() throws Exception {
    Version first = create("a", "one");
    try (CheckpointStore other = second(store)) {
      List<WriteResult> results =
          race(RACERS, i -> (i % 2 == 0 ? store : other).replace("a", bytes("racer " + i), first));

      assertThat(text("a")).contains("racer " + onlyWinner(results));
    }
  }

  private static int onlyWinner(List<WriteResult> results) {
    assertThat(results)
        .extracting(WriteResult::outcome)
        .isSubsetOf(Outcome.WRITTEN, Outcome.CONFLICT, Outcome.CONTENDED)
        .containsOnlyOnce(Outcome.WRITTEN);
    return results.stream().map(WriteResult::outcome).toList().indexOf(Outcome.WRITTEN);
  }

  @Test
  void replace_asACounterOfManyThreads_losesNoUpdate() throws Exception {
    int threads = 8;
    int increments = 10;
    create("counter", "0");

    race(
        threads,
        i -> {
          for (int done = 0; done < increments; ) {
            StoredObject seen = store.read("counter").orElseThrow();
            int value = Integer.parseInt(new String(seen.content(), UTF_8));
            byte[] next = bytes(String.valueOf(value + 1));
            if (store.replace("counter", next, seen.version()).outcome() == Outcome.WRITTEN) {
              done++;
            }
          }
          return i;
        });

    assertThat(text("counter")).contains(String.valueOf(threads * increments));
  }

  @Test
  void read_duringWrites_seesWholeStatesOnly() throws Exception {
    int size = 256 * 1024;
    Version first = store.create("a", filled(size, 0)).version().orElseThrow();
    AtomicBoolean done = new AtomicBoolean();

    List<Integer> torn =
        race(
            3,
            i -> {
              if (i > 0) {
                return countTorn(size, done);
              }
              Version version = first;
              try {
                for (int value = 1; value <= 20; value++) {
                  version = replaceUncontended("a", filled(size, value), version);
                }
              } finally {
                done.set(true);
              }
              return 0;
            });

    assertThat(torn).containsOnly(0);
  }

  /** How many reads were not one byte value throughout. */
  private int countTorn(int size, AtomicBoolean done) {
    int torn = 0;
    while (!done.get()) {
      StoredObject found = store.read("a").orElseThrow();
      StoredObject head = store.readHead("a").orElseThrow();
      if (!Arrays.equals(found.content(), filled(size, found.content()[0]))
          || !Arrays.equals(
              head.content(), filled(CheckpointStore.HEAD_BYTES, head.content()[0]))) {
        torn++;
      }
    }
    return torn;
  }

  private Version replaceUncontended(String key, byte[] content, Version expected) {
    WriteResult result = store.replace(key, content, expected);
    while (result.outcome() == Outcome.CONTENDED) {
      result = store.replace(key, content, expected);
    }
    return result.version().orElseThrow();
  }

  @Test
  void anotherInstance_seesWhatWasWrittenAtOnce() {
    try (CheckpointStore other = second(store)) {
      Version first = create("a", "one");
      assertThat(other.read("a").orElseThrow().version()).isEqualTo(first);
      assertThat(keys(other.list(""))).containsExactly("a");

      replace("a", "two", first);
      assertThat(other.readHead("a").orElseThrow().content()).isEqualTo(bytes("two"));
      assertThat(other.replace("a", bytes("three"), first)).isEqualTo(WriteResult.conflict());

      delete("a");
      assertThat(other.read("a")).isEmpty();
      assertThat(keys(other.list(""))).isEmpty();
    }
  }

  // ---- the store itself

  @Test
  void location_leadsBackToTheSameRoot() {
    create("a", "one");
    try (CheckpointStore again = second(store)) {
      assertThat(again.location()).isEqualTo(store.location());
      assertThat(again.read("a")).isPresent();
    }
    String location = store.location();
    assertThat(StoreLocation.parse(location).toString()).isEqualTo(location);
  }

  @Test
  void diagnose_findsThisStoreFitAndLeavesNothingBehind() {
    create("a", "one");

    List<Finding> findings = store.diagnose();

    assertThat(findings).isNotEmpty();
    assertThat(findings).noneMatch(finding -> finding.verdict() == Finding.Verdict.FAILED);
    assertThat(keys("")).containsExactly("a");
    assertThat(children("")).isEmpty();
  }

  @Test
  void close_mayBeCalledAgain() {
    create("a", "one");
    store.close();

    assertThatCode(store::close).doesNotThrowAnyException();
  }

  // ---- how the tests talk to the store

  private Version create(String key, String content) {
    WriteResult result = store.create(key, bytes(content));
    assertThat(result.outcome()).as("create of %s", key).isEqualTo(Outcome.WRITTEN);
    return result.version().orElseThrow();
  }

  private Version replace(String key, String content, Version expected) {
    WriteResult result = store.replace(key, bytes(content), expected);
    assertThat(result.outcome()).as("replace of %s", key).isEqualTo(Outcome.WRITTEN);
    return result.version().orElseThrow();
  }

  private void delete(String key) {
    assertThat(store.delete(Deletion.ofEach(key)).failures()).isEmpty();
  }

  private Optional<String> text(String key) {
    return store.read(key).map(found -> new String(found.content(), UTF_8));
  }

  private Instant lastModified(String key) {
    return store.read(key).orElseThrow().lastModified();
  }

  private List<Listing.Page> pages(String prefix) {
    List<Listing.Page> pages = new ArrayList<>();
    store.list(prefix).forEach(pages::add);
    return pages;
  }

  private List<String> keys(String prefix) {
    return keys(store.list(prefix));
  }

  private static List<String> keys(Listing listing) {
    List<String> keys = new ArrayList<>();
    listing.forEach(page -> page.objects().forEach(object -> keys.add(object.key())));
    return keys;
  }

  private List<String> children(String prefix) {
    return pages(prefix).stream().flatMap(page -> page.children().stream()).toList();
  }

  /**
   * Runs n tasks, which all wait until the last of them is ready. Not {@code Race}, because this
   * suite is shipped alone.
   */
  private static <T> List<T> race(int n, IntFunction<T> racer) throws Exception {
    CyclicBarrier start = new CyclicBarrier(n);
    ExecutorService executor = Executors.newFixedThreadPool(n);
    try {
      List<Future<T>> running = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        int racing = i;
        running.add(
            executor.submit(
                () -> {
                  start.await();
                  return racer.apply(racing);
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> each : running) {
        results.add(each.get());
      }
      return results;
    } finally {
      executor.shutdownNow();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] filled(int size, int value) {
    byte[] content = new byte[size];
    Arrays.fill(content, (byte) value);
    return content;
  }
}
