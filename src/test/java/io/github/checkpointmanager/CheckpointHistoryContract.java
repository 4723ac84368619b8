package io.github.checkpointmanager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.github.checkpointmanager.internal.process.Race;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.ForwardingStore;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import io.github.checkpointmanager.testing.FaultyStore;
import io.github.checkpointmanager.testing.FaultyStore.Operation;
import io.github.checkpointmanager.testing.Records;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What history, restore and purge promise, over any store that keeps history. */
abstract class CheckpointHistoryContract {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final Instant EVENING = Instant.parse("2026-11-23T20:00:00Z");

  private CheckpointStore base;
  private FaultyStore store;

  /** Works at noon. */
  private CheckpointManager alice;

  /** Looks at things in the evening. */
  private CheckpointManager bob;

  private CheckpointHistory history;

  /** A store whose root is empty and that no other test uses. */
  abstract CheckpointStore open(Path directory);

  /** How the managers wait, and the tests too; by default in real time. */
  Timing timing() {
    return Timing.system();
  }

  @BeforeEach
  void openAll(@TempDir Path directory) {
    base = open(directory);
    store = FaultyStore.around(base);
    alice = manager("alice", "worker-7", NOON);
    bob = manager("bob", "laptop-2", EVENING);
    history = bob.history();
  }

  @AfterEach
  void close() {
    alice.close();
    bob.close();
    base.close();
  }

  private CheckpointManager manager(String user, String host, Instant time) {
    return CheckpointManager.builder()
        .store(store)
        .user(user)
        .host(host)
        .timing(timing())
        .clock(Clock.fixed(time, ZoneOffset.UTC))
        .open();
  }

  private static SaveOptions value(String text) {
    return SaveOptions.none().meta("value", text).payload("text/plain", text.getBytes(UTF_8));
  }

  private Checkpoint save(String stage, String text) {
    return alice.save(stage, value(text)).checkpoint().orElseThrow();
  }

  private Checkpoint replace(String stage, String text) {
    return alice.replace(current(stage), value(text)).checkpoint().orElseThrow();
  }

  private Checkpoint current(String stage) {
    return bob.read(stage).orElseThrow();
  }

  private void clear(String stage) {
    bob.clear(List.of(stage));
  }

  private static String payload(Checkpoint checkpoint) {
    return new String(checkpoint.payload().orElseThrow(), UTF_8);
  }

  /** The id of the state, counted from the newest; deletions are not counted. */
  private String version(String stage, int index) {
    return history.versions(stage).stream()
        .filter(version -> !version.deletion())
        .toList()
        .get(index)
        .versionId();
  }

  /** Waits until the store's clock shows a later second than the stage's last change. */
  private Instant nextSecond(String stage) throws InterruptedException {
    Instant last = history.versions(stage).get(0).storedAt().truncatedTo(ChronoUnit.SECONDS);
    base.create("clock.claim", new byte[] {1});
    long giveUp = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (System.nanoTime() < giveUp) {
      Instant now = base.read("clock.claim").orElseThrow().storeTime().orElseThrow();
      if (now.truncatedTo(ChronoUnit.SECONDS).isAfter(last)) {
        return now.truncatedTo(ChronoUnit.SECONDS);
      }
      timing().sleep(Duration.ofMillis(50));
    }
    throw new AssertionError("the store's clock stands still");
  }

  // ---- history

  @Test
  void versions_areNewestFirst_withDeletions() {
    save("train", "one");
    replace("train", "two");
    clear("train");
    save("train", "three");

    List<CheckpointVersion> versions = history.versions("train");

    assertThat(history.isKept()).isTrue();
    assertThat(versions)
        .extracting(CheckpointVersion::deletion)
        .containsExactly(false, true, false, false);
    assertThat(versions)
        .extracting(CheckpointVersion::latest)
        .containsExactly(true, false, false, false);
    assertThat(versions).extracting(CheckpointVersion::versionId).doesNotHaveDuplicates();
    assertThat(versions).allMatch(v -> v.checkpoint().isEmpty() && v.problem().isEmpty());
    assertThat(versions.get(0).size()).isEqualTo(current("train").size());
    assertThat(versions.get(0).storedAt()).isEqualTo(current("train").storedAt());
  }

  @Test
  void versions_ofAStageThatNeverWas_areNone() {
    save("train2", "one");

    assertThat(history.versions("train")).isEmpty();
  }

  @Test
  void records_sayWhatEachVersionIs() {
    save("train", "one");
    Records.putCheckpoint(base, "train", "rubbish");
    Records.putCheckpoint(base, "train", Records.NEWER_FORMAT);
    Records.put(
        base,
        "train.checkpoint",
        Records.encoded(State.COMPLETED, Map.of(Header.STAGE, "other"), Optional.empty()));
    Records.put(
        base,
        "train.checkpoint",
        Records.encoded(State.RUNNING, Map.of(Header.STAGE, "train"), Optional.empty()));
    clear("train");

    List<CheckpointVersion> records = history.records("train");

    assertThat(records)
        .extracting(v -> v.problem().map(Lookup.Invalid::kind).orElse(null))
        .containsExactly(
            null,
            Lookup.Invalid.Kind.UNREADABLE,
            Lookup.Invalid.Kind.UNREADABLE,
            Lookup.Invalid.Kind.UNREADABLE,
            Lookup.Invalid.Kind.DAMAGED,
            null);
    assertThat(records.get(0).deletion()).isTrue();
    assertThat(records.get(0).checkpoint()).isEmpty();
    assertThat(records.get(1).problem().orElseThrow().reason()).contains("RUNNING");
    assertThat(records.get(2).problem().orElseThrow().reason()).contains("'other'");
    assertThat(records.get(5).checkpoint().orElseThrow().user()).hasValue("alice");
    assertThat(records.get(5).checkpoint().orElseThrow().payloadSize()).hasValue(3);
  }

  @Test
  void read_givesTheCheckpointOfThen_withItsPayload() {
    Checkpoint first = save("train", "one");
    replace("train", "two");

    Checkpoint read = history.read("train", version("train", 1));

    assertThat(payload(read)).isEqualTo("one");
    assertThat(read.writeId()).isEqualTo(first.writeId());
  }

  @Test
  void read_ofWhatIsNoCheckpoint_saysWhatItIs() {
    save("train", "one");
    clear("train");
    Records.putCheckpoint(base, "train", "rubbish");
    String deletion = history.versions("train").get(1).versionId();
    String rubbish = version("train", 0);

    assertThatThrownBy(() -> history.read("train", rubbish))
        .isInstanceOf(CheckpointDamagedException.class)
        .hasMessageContaining("Reading version " + rubbish)
        .hasMessageContaining("Choose another version");
    assertThatThrownBy(() -> history.read("train", deletion))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is a deletion")
        .hasMessageContaining(version("train", 1));
    assertThatThrownBy(() -> history.read("train", "no-such-version"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("version no-such-version is not in its history");
  }

  // ---- restore

  @Test
  void restore_makesAnEarlierCheckpointTheCurrentOne_asItWas() {
    Checkpoint first = save("train", "one");
    Checkpoint second = replace("train", "two");
    String version = version("train", 1);

    RestoreResult result = history.restore("train", version);

    assertThat(result.outcome()).isEqualTo(RestoreResult.Outcome.RESTORED);
    assertThat(result.versionId()).isEqualTo(version);
    assertThat(result.replaced().orElseThrow().writeId()).isEqualTo(second.writeId());
    Checkpoint now = current("train");
    assertThat(now.version()).isEqualTo(result.checkpoint().version());
    assertThat(now.headers()).isEqualTo(result.checkpoint().headers());
    assertThat(payload(now)).isEqualTo("one");
    assertThat(now.payloadType()).hasValue("text/plain");
    assertThat(now.meta()).isEqualTo(first.meta());
    assertThat(now.completedAt()).isEqualTo(NOON);
    assertThat(now.user()).hasValue("alice");
    assertThat(now.host()).hasValue("worker-7");
  }

  @Test
  void restore_hasAWriteIdOfItsOwn_andSaysWhereFromAndByWhom() {
    Checkpoint first = save("train", "one");
    Checkpoint second = replace("train", "two");

    history.restore("train", version("train", 1));

    Checkpoint now = current("train");
    assertThat(now.writeId()).isPresent();
    assertThat(now.writeId()).isNotEqualTo(first.writeId()).isNotEqualTo(second.writeId());
    assertThat(now.restoredFrom()).isEqualTo(first.writeId());
    assertThat(now.originId()).isEqualTo(first.writeId());
    assertThat(now.restoredAt()).hasValue(EVENING);
    assertThat(now.restoredBy()).hasValue("bob@laptop-2");
    assertThat(first.originId()).isEqualTo(first.writeId());
    assertThat(first.restoredAt()).isEmpty();
  }

  @Test
  void restore_rewritesNoHistory() {
    save("train", "one");
    replace("train", "two");
    List<CheckpointVersion> before = history.versions("train");

    history.restore("train", version("train", 1));

    List<CheckpointVersion> after = history.versions("train");
    assertThat(after).hasSize(3);
    assertThat(after.subList(1, 3))
        .extracting(CheckpointVersion::versionId, CheckpointVersion::storedAt)
        .isEqualTo(before.stream().map(v -> tuple(v.versionId(), v.storedAt())).toList());
    assertThat(after.get(0).latest()).isTrue();
  }

  @Test
  void restore_afterAClear_bringsTheStageBack() throws Exception {
    Checkpoint first = save("train", "one");
    clear("train");

    RestoreResult result = history.restore("train", version("train", 0));

    assertThat(result.outcome()).isEqualTo(RestoreResult.Outcome.RESTORED);
    assertThat(result.replaced()).isEmpty();
    assertThat(current("train").originId()).isEqualTo(first.writeId());
    assertThat(alice.stage("train", () -> {}).ran()).isFalse();
  }

  @Test
  void restore_ofARestoredCheckpoint_keepsTheOriginalsId() {
    Checkpoint first = save("train", "one");
    replace("train", "two");
    history.restore("train", version("train", 1));
    replace("train", "three");

    history.restore("train", version("train", 1));

    assertThat(payload(current("train"))).isEqualTo("one");
    assertThat(current("train").restoredFrom()).isEqualTo(first.writeId());
    assertThat(history.versions("train")).hasSize(5);
  }

  @Test
  void restore_ofWhatIsCurrent_writesNothing() {
    Checkpoint only = save("train", "one");

    RestoreResult result = history.restore("train", version("train", 0));

    assertThat(result.outcome()).isEqualTo(RestoreResult.Outcome.ALREADY_THERE);
    assertThat(result.checkpoint().writeId()).isEqualTo(only.writeId());
    assertThat(history.versions("train")).hasSize(1);
  }

  @Test
  void restore_ofWhatIsRestoredAlready_writesNothing() {
    save("train", "one");
    replace("train", "two");
    String original = version("train", 1);
    history.restore("train", original);
    String restored = version("train", 0);

    assertThat(history.restore("train", original).outcome())
        .isEqualTo(RestoreResult.Outcome.ALREADY_THERE);
    assertThat(history.restore("train", restored).outcome())
        .isEqualTo(RestoreResult.Outcome.ALREADY_THERE);
    assertThat(history.versions("train")).hasSize(3);
  }

  @Test
  void restore_ofTheSameWorkDoneTwice_isNotTakenForAlreadyThere() {
    save("train", "same");
    clear("train");
    Checkpoint second = save("train", "same");

    RestoreResult result = history.restore("train", version("train", 1));

    assertThat(result.outcome()).isEqualTo(RestoreResult.Outcome.RESTORED);
    assertThat(current("train").originId()).isNotEqualTo(second.originId());
  }

  @Test
  void restore_ofAHomeMadeRecord_completesItWithItsTimeAndStage() {
    Records.putCheckpoint(base, "train", "COMPLETED\nTimestamp: yesterday\n");
    Instant stored = history.versions("train").get(0).storedAt();
    clear("train");

    history.restore("train", version("train", 0));

    Checkpoint now = current("train");
    assertThat(now.completedAt()).isEqualTo(stored);
    assertThat(now.headers()).containsEntry(Header.STAGE, "train");
    assertThat(now.restoredFrom()).isEmpty();
    assertThat(now.originId()).isEqualTo(now.writeId());
    assertThat(now.restoredAt()).hasValue(EVENING);
    assertThat(history.restore("train", version("train", 1)).outcome())
        .isEqualTo(RestoreResult.Outcome.ALREADY_THERE);
  }

  @Test
  void restore_ofAHomeMadeRecordThatIsCurrent_writesNothing() {
    Records.putCheckpoint(base, "train", "COMPLETED\n");

    assertThat(history.restore("train", version("train", 0)).outcome())
        .isEqualTo(RestoreResult.Outcome.ALREADY_THERE);
  }

  @Test
  void restore_onADryRun_writesNothingAndSaysWhatItWould() {
    save("train", "one");
    Checkpoint second = replace("train", "two");

    RestoreResult result =
        history.restore("train", version("train", 1), RestoreOptions.standard().withDryRun());

    assertThat(result.outcome()).isEqualTo(RestoreResult.Outcome.WOULD_RESTORE);
    assertThat(result.checkpoint().meta()).containsEntry("value", "one");
    assertThat(result.replaced().orElseThrow().writeId()).isEqualTo(second.writeId());
    assertThat(payload(current("train"))).isEqualTo("two");
  }

  @Test
  void restore_ofARecordThatDoesNotCount_isRefused() {
    Records.putCheckpoint(base, "train", "rubbish");
    Records.putCheckpoint(base, "train", Records.NEWER_FORMAT);
    Records.put(
        base,
        "train.checkpoint",
        Records.encoded(State.COMPLETED, Map.of(Header.STAGE, "other"), Optional.empty()));
    Records.put(
        base,
        "train.checkpoint",
        Records.encoded(State.FAILED, Map.of(Header.STAGE, "train"), Optional.empty()));
    clear("train");

    for (int index = 0; index < 4; index++) {
      String version = version("train", index);
      assertThatThrownBy(() -> history.restore("train", version))
          .as("version %s", index)
          .isInstanceOf(CheckpointDamagedException.class)
          .hasMessageStartingWith("Restoring the checkpoint of 'train' failed: version " + version);
    }
    assertThat(base.read("train.checkpoint")).isEmpty();
  }

  @Test
  void restore_overADamagedRecord_repairsIt() {
    save("train", "one");
    Records.putCheckpoint(base, "train", "rubbish");

    RestoreResult result = history.restore("train", version("train", 1));

    assertThat(result.outcome()).isEqualTo(RestoreResult.Outcome.RESTORED);
    assertThat(result.replaced()).isEmpty();
    assertThat(payload(current("train"))).isEqualTo("one");
  }

  @Test
  void restore_overARecordThatCannotBeRead_isRefused() {
    save("train", "one");
    Records.putCheckpoint(base, "train", Records.NEWER_FORMAT);
    String version = version("train", 1);

    assertThatThrownBy(() -> history.restore("train", version))
        .isInstanceOf(CheckpointDamagedException.class)
        .hasMessageContaining("the current record");
    assertThat(base.read("train.checkpoint").orElseThrow().content())
        .isEqualTo(Records.NEWER_FORMAT.getBytes(UTF_8));
  }

  @Test
  void restore_ofNoSuchVersion_namesThoseThatThereAre() {
    save("train", "one");
    clear("train");
    String state = version("train", 0);
    String deletion = history.versions("train").get(0).versionId();

    assertThatThrownBy(() -> history.restore("train", "v0"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("version v0 is not in its history")
        .hasMessageContaining(state);
    assertThatThrownBy(() -> history.restore("train", deletion))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("version " + deletion + " is a deletion")
        .hasMessageContaining(state);
    assertThatThrownBy(() -> history.restore("never", state))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("nothing of this stage is kept");
  }

  @Test
  void restoreAt_takesWhatWasCurrentThen() throws Exception {
    save("train", "one");
    Instant second = nextSecond("train");
    replace("train", "two");
    Instant third = nextSecond("train");
    clear("train");
    Instant fourth = nextSecond("train");
    save("train", "three");

    history.restoreAt("train", second.minusMillis(1));
    assertThat(payload(current("train"))).isEqualTo("one");
    history.restoreAt("train", third.minusMillis(1));
    assertThat(payload(current("train"))).isEqualTo("two");
    assertThatThrownBy(() -> history.restoreAt("train", fourth.minusMillis(1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("it had no checkpoint at")
        .hasMessageContaining(version("train", 0));
    assertThatThrownBy(() -> history.restoreAt("train", NOON.minus(Duration.ofDays(20_000))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("does not reach back");
    assertThat(payload(current("train"))).isEqualTo("two");
  }

  // ---- restore and workers

  @Test
  void restore_whileAWorkerExecutesTheStage_isBusy_unlessForced() {
    save("train", "one");
    clear("train");
    String version = version("train", 0);
    Claim claim = held(alice.claim("train", ClaimOptions.lease(Duration.ofMinutes(5))));

    StageBusyException busy =
        catchThrowableOfType(StageBusyException.class, () -> history.restore("train", version));

    assertThat(busy).hasMessageContaining("was not restored").hasMessageContaining("worker-7");
    assertThat(bob.has("train")).isFalse();

    history.restore("train", version, RestoreOptions.standard().withForce());

    assertThat(claim.complete(value("mine")).outcome())
        .as("the worker learns that the stage is completed")
        .isEqualTo(SaveResult.Outcome.ALREADY_SAVED);
    assertThat(payload(current("train"))).isEqualTo("one");
  }

  private static Claim held(ClaimResult result) {
    return ((ClaimResult.Held) result).claim();
  }

  @Test
  void restore_afterAClaimHasEnded_isNotBusy() {
    save("train", "one");
    clear("train");
    held(alice.claim("train", ClaimOptions.lease(Duration.ofMinutes(5)))).release();

    assertThat(history.restore("train", version("train", 0)).outcome())
        .isEqualTo(RestoreResult.Outcome.RESTORED);
  }

  @Test
  void restore_ofACompletedStage_readsItsClaim_asItMayBeRunAgain() {
    save("train", "one");
    replace("train", "two");
    String version = version("train", 1);
    store.reset();

    history.restore("train", version);

    assertThat(store.calls())
        .extracting(FaultyStore.Call::operation)
        .containsExactly(
            Operation.READ_VERSION, Operation.READ, Operation.READ_HEAD, Operation.REPLACE);
  }

  // ---- restore and others who write

  @Test
  void restore_whenAnotherSavedMeanwhile_namesTheWinner() {
    save("train", "one");
    clear("train");
    String version = version("train", 0);
    store.reset();
    store.before(3, () -> alice.save("train", value("theirs")));

    assertLost(version, "theirs");
  }

  @Test
  void restore_whenAnotherReplacedMeanwhile_namesTheWinner() {
    save("train", "one");
    replace("train", "two");
    String version = version("train", 1);
    store.reset();
    store.before(2, () -> replace("train", "theirs"));

    assertLost(version, "theirs");
  }

  @Test
  void restore_whenAnotherRestoredMeanwhile_namesTheWinner() {
    save("train", "one");
    replace("train", "two");
    replace("train", "three");
    String version = version("train", 2);
    String theirs = version("train", 1);
    store.reset();
    store.before(2, () -> alice.history().restore("train", theirs));

    assertThat(assertLost(version, "two")).hasMessageContaining("restored " + NOON + " by alice");
  }

  private CheckpointConflictException assertLost(String version, String winner) {
    CheckpointConflictException lost =
        catchThrowableOfType(
            CheckpointConflictException.class, () -> history.restore("train", version));
    assertThat(lost).isNotNull().hasMessageContaining("is not the restored one");
    assertThat(lost.current().orElseThrow().meta()).containsEntry("value", winner);
    assertThat(payload(current("train"))).isEqualTo(winner);
    return lost;
  }

  @Test
  void restore_whenClearedMeanwhile_createsNothing() {
    save("train", "one");
    replace("train", "two");
    String version = version("train", 1);
    store.reset();
    store.before(2, () -> clear("train"));

    assertThatThrownBy(() -> history.restore("train", version))
        .isInstanceOf(CheckpointConflictException.class)
        .hasMessageContaining("is gone");
    assertThat(bob.has("train")).isFalse();
  }

  @Test
  void restoresAndSavesAtOnce_afterAClear_haveOneWinnerThatAllName() throws Exception {
    save("train", "one");
    replace("train", "two");
    clear("train");
    List<String> versions = List.of(version("train", 0), version("train", 1));

    List<String> writeIds =
        together(
            8,
            (mine, i) ->
                i % 4 == 0
                    ? mine.save("train", value("mine" + i)).checkpoint().orElseThrow()
                    : restoreOrWinner(mine, versions.get(i % 2)));

    assertThat(writeIds).hasSize(8).containsOnly(current("train").writeId().orElseThrow());
    assertThat(history.versions("train")).hasSize(4);
  }

  @Test
  void restoresAndReplacementsAtOnce_haveOneWinnerThatAllName() throws Exception {
    save("train", "one");
    replace("train", "two");
    Checkpoint seen = replace("train", "three");
    List<String> versions = List.of(version("train", 1), version("train", 2));

    List<String> writeIds =
        together(
            8,
            (mine, i) ->
                i % 4 == 0
                    ? replaceOrWinner(mine, seen)
                    : restoreOrWinner(mine, versions.get(i % 2)));

    assertThat(writeIds).hasSize(8).containsOnly(current("train").writeId().orElseThrow());
    assertThat(history.versions("train")).hasSize(4);
  }

  private static Checkpoint restoreOrWinner(CheckpointManager mine, String version) {
    try {
      return mine.history().restore("train", version).checkpoint();
    } catch (CheckpointConflictException e) {
      return e.current().orElseThrow();
    }
  }

  private static Checkpoint replaceOrWinner(CheckpointManager mine, Checkpoint seen) {
    try {
      return mine.replace(seen, value("mine")).checkpoint().orElseThrow();
    } catch (CheckpointConflictException e) {
      return e.current().orElseThrow();
    }
  }

  private interface Contestant {
    Checkpoint write(CheckpointManager mine, int index);
  }

  /** Runs n contestants, whose first writes are sent when all of them have come to theirs. */
  private List<String> together(int n, Contestant contestant) throws Exception {
    try (CheckpointManager mine = CheckpointManager.builder().store(new Meeting(base, n)).open()) {
      return Race.run(n, i -> contestant.write(mine, i).writeId().orElseThrow());
    }
  }

  /** Holds writes until as many have come as there are contestants. */
  private static final class Meeting extends ForwardingStore {
    private final CountDownLatch missing;

    Meeting(CheckpointStore store, int contestants) {
      super(store);
      this.missing = new CountDownLatch(contestants);
    }

    private void meet() {
      missing.countDown();
      try {
        assertThat(missing.await(1, TimeUnit.MINUTES)).as("all have come to write").isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public WriteResult create(String key, byte[] content) {
      meet();
      return super.create(key, content);
    }

    @Override
    public WriteResult replace(String key, byte[] content, Version expected) {
      meet();
      return super.replace(key, content, expected);
    }
  }

  // ---- purge

  @Test
  void purge_ofSomeStages_leavesNothingOfThem_andAllOfTheOthers() {
    save("train", "one");
    replace("train", "two");
    save("cleared", "one");
    clear("cleared");
    save("other", "one");
    clear("other");
    save("other", "two");
    release("train");

    ClearResult result = history.purge(List.of("train", "cleared", "never"));

    assertThat(result.stages()).containsExactly("cleared", "never", "train");
    assertThat(history.versions("train")).isEmpty();
    assertThat(history.versions("cleared")).isEmpty();
    assertThat(base.versions("train.claim")).isEmpty();
    assertThat(history.versions("other")).hasSize(3);
    assertThat(bob.completed()).containsExactly("other");
  }

  /** Leaves a claim that is over. */
  private void release(String stage) {
    if (alice.claim(stage, ClaimOptions.lease(Duration.ofMinutes(5)))
        instanceof ClaimResult.Held held) {
      held.claim().release();
    }
    assertThat(base.read(stage + ".claim")).isPresent();
  }

  @Test
  void purgeAll_takesClearedStagesToo_andTouchesNoStranger() {
    List<String> strangers =
        List.of("notes.txt", "%41.checkpoint", "x.checkpoint.bak", "job2/a.checkpoint");
    for (String stranger : strangers) {
      Records.put(base, stranger, "mine".getBytes(UTF_8));
      Records.put(base, stranger, "mine too".getBytes(UTF_8));
    }
    base.create("gone.txt", new byte[] {1});
    base.delete(Deletion.ofEach("gone.txt"));
    save("train", "one");
    replace("train", "two");
    save("cleared", "one");
    clear("cleared");
    release("claimed");

    ClearResult result = history.purgeAll();

    assertThat(result.stages()).containsExactly("cleared", "train");
    assertThat(bob.completed()).isEmpty();
    assertThat(history.versions("train")).isEmpty();
    assertThat(history.versions("cleared")).isEmpty();
    assertThat(base.versions("claimed.claim")).isEmpty();
    assertThat(strangers).allSatisfy(s -> assertThat(base.versions(s)).hasSize(2));
    assertThat(base.deletedKeys("")).containsExactly("gone.txt");
  }

  @Test
  void purge_onADryRun_deletesNothing() {
    save("train", "one");
    save("cleared", "one");
    clear("cleared");

    ClearResult all = history.purgeAll(ClearOptions.standard().withDryRun());
    ClearResult some = history.purge(List.of("train"), ClearOptions.standard().withDryRun());

    assertThat(all.stages()).containsExactly("cleared", "train");
    assertThat(all.dryRun()).isTrue();
    assertThat(some.stages()).containsExactly("train");
    assertThat(bob.has("train")).isTrue();
    assertThat(history.versions("cleared")).hasSize(2);
  }

  @Test
  void purge_whileAWorkerExecutesAStage_isRefused_unlessForced() {
    save("other", "one");
    held(alice.claim("train", ClaimOptions.lease(Duration.ofMinutes(5))));

    assertThatThrownBy(() -> history.purgeAll())
        .isInstanceOf(StageBusyException.class)
        .hasMessageContaining("Nothing was purged")
        .hasMessageContaining("'train'");
    assertThatThrownBy(() -> history.purge(List.of("train")))
        .isInstanceOf(StageBusyException.class);
    assertThat(bob.has("other")).isTrue();
    assertThat(history.purge(List.of("other")).stages()).containsExactly("other");

    history.purgeAll(ClearOptions.standard().withForce());

    assertThat(base.versions("train.claim")).isEmpty();
  }

  @Test
  void stages_afterAPurge_beginAnew() throws Exception {
    save("train", "one");
    history.purgeAll();

    assertThat(alice.stage("train", () -> {}).ran()).isTrue();
    assertThat(history.versions("train")).hasSize(1);
  }
}
