package io.github.checkpointmanager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.checkpointmanager.internal.process.Race;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.ForwardingStore;
import io.github.checkpointmanager.testing.FaultyStore;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import io.github.checkpointmanager.testing.FaultyStore.Operation;
import io.github.checkpointmanager.testing.LocalStore;
import io.github.checkpointmanager.testing.Records;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What single checkpoints promise: save, replace, has, get, read, and who writes. */
@ParameterizedClass
@EnumSource(LocalStore.class)
class CheckpointManagerTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  private final LocalStore kind;
  private CheckpointStore base;
  private FaultyStore store;
  private CheckpointManager checkpoints;

  CheckpointManagerTest(LocalStore kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open(@TempDir Path directory) {
    base = kind.open(directory);
    store = FaultyStore.around(base);
    checkpoints = manager().open();
  }

  @AfterEach
  void close() {
    base.close();
  }

  private CheckpointManager.Builder manager() {
    return CheckpointManager.builder()
        .store(store)
        .user("alice")
        .host("worker-7")
        .clock(Clock.fixed(NOON, ZoneOffset.UTC));
  }

  @Test
  void has_beforeAndAfterSave_tellsThem() {
    assertThat(checkpoints.has("train")).isFalse();

    SaveResult result = checkpoints.save("train");

    assertThat(result.isSaved()).isTrue();
    assertThat(checkpoints.has("train")).isTrue();
    assertThat(checkpoints.has("trai")).isFalse();
    assertThat(checkpoints.has("Train ")).isFalse();
  }

  @Test
  void save_whenSavedAlready_changesNothingAndNamesTheWinner() {
    checkpoints.save("train", SaveOptions.none().meta("try", "first"));
    CheckpointManager other =
        CheckpointManager.builder().store(base).user("bob").host("worker-8").open();

    SaveResult late = other.save("train", SaveOptions.none().meta("try", "second"));

    assertThat(late.outcome()).isEqualTo(SaveResult.Outcome.ALREADY_SAVED);
    assertThat(late.checkpoint().orElseThrow().user()).hasValue("alice");
    assertThat(late.checkpoint().orElseThrow().host()).hasValue("worker-7");
    assertThat(checkpoints.get("train").orElseThrow().meta()).containsEntry("try", "first");
  }

  @Test
  void save_byManyAtOnce_hasOneWinnerThatAllName() throws Exception {
    List<CheckpointManager> managers =
        IntStream.range(0, 16)
            .mapToObj(i -> CheckpointManager.builder().store(base).user("u" + i).open())
            .toList();

    List<SaveResult> results = Race.run(16, i -> managers.get(i).save("train"));

    managers.forEach(CheckpointManager::close);
    assertThat(results).filteredOn(SaveResult::isSaved).hasSize(1);
    assertThat(results)
        .extracting(result -> result.checkpoint().orElseThrow().writeId().orElseThrow())
        .containsOnly(checkpoints.get("train").orElseThrow().writeId().orElseThrow());
  }

  @Test
  void save_recordsWhoWhenAndWhere() {
    SaveResult result =
        checkpoints.save("train", SaveOptions.none().startedAt(NOON.minusSeconds(90)));

    Checkpoint read = checkpoints.get("train").orElseThrow();
    assertThat(read.user()).hasValue("alice");
    assertThat(read.host()).hasValue("worker-7");
    assertThat(read.process()).hasValue(Long.toString(ProcessHandle.current().pid()));
    assertThat(read.completedAt()).isEqualTo(NOON);
    assertThat(read.startedAt()).hasValue(NOON.minusSeconds(90));
    assertThat(read.duration()).hasValue(Duration.ofSeconds(90));
    assertThat(read.version()).isEqualTo(result.checkpoint().orElseThrow().version());
    assertThat(read.writeId()).isEqualTo(result.checkpoint().orElseThrow().writeId());
    assertThat(read.hasPayload()).isFalse();
  }

  @Test
  void duration_whenTheWorkBeganAfterItEnded_isAbsent() {
    checkpoints.save("train", SaveOptions.none().startedAt(NOON.plusSeconds(1)));

    assertThat(checkpoints.get("train").orElseThrow().duration()).isEmpty();
  }

  @Test
  void save_withAClockFarAway_isReadBackAsItWas() {
    for (Instant instant :
        List.of(Instant.parse("+12000-01-01T00:00:00Z"), Instant.MIN, Instant.MAX)) {
      String stage = "at " + instant.getEpochSecond();
      CheckpointManager odd =
          CheckpointManager.builder()
              .store(store)
              .clock(Clock.fixed(instant, ZoneOffset.UTC))
              .open();

      assertThat(odd.save(stage).isSaved()).isTrue();
      assertThat(checkpoints.has(stage)).isTrue();
    }
  }

  @Test
  void meta_ofAnyText_comesBackAsItWas() {
    String all =
        IntStream.concat(
                IntStream.range(0, 0x250),
                IntStream.of(0x85, 0x2028, 0x2029, 0x202E, 0x2066, 0xFEFF, 0xFFFD, 0x1F600))
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    Map<String, String> meta =
        Map.of(
            "ticket", "OPS-17",
            "all", all,
            "crlf", "a\r\nChecksum: crc32c:00000000\r\n\r\n",
            "empty", "",
            "spaces", "  padded  ",
            "schlüssel: mit\nallem %41", "x",
            "half", "\uD83D",
            "\\u{41}", "\\u{41}\\n");

    checkpoints.save("train", SaveOptions.none().meta(meta).meta("more", "1"));

    assertThat(checkpoints.get("train").orElseThrow().meta())
        .containsAllEntriesOf(meta)
        .containsEntry("more", "1")
        .hasSize(meta.size() + 1);
  }

  @Test
  void payload_isDescribedByGetAndDeliveredByRead() {
    byte[] payload = "rows=344".getBytes(UTF_8);
    checkpoints.save("ingest", SaveOptions.none().payload("text/plain", payload));

    Checkpoint head = checkpoints.get("ingest").orElseThrow();
    assertThat(head.hasPayload()).isTrue();
    assertThat(head.payloadType()).hasValue("text/plain");
    assertThat(head.payloadSize()).hasValue(payload.length);
    assertThatThrownBy(head::payload)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("read(stage)");
    assertThat(checkpoints.read("ingest").orElseThrow().payload().orElseThrow()).isEqualTo(payload);
  }

  @Test
  void payload_handedInAndOut_isACopy() {
    byte[] payload = {1, 2, 3};
    SaveOptions options = SaveOptions.none().payload("application/octet-stream", payload);
    payload[0] = 9;
    checkpoints.save("ingest", options);

    Checkpoint read = checkpoints.read("ingest").orElseThrow();
    read.payload().orElseThrow()[1] = 9;
    assertThat(read.payload().orElseThrow()).containsExactly(1, 2, 3);
  }

  @Test
  void payload_ofZeroBytes_isAPayload() {
    checkpoints.save("ingest", SaveOptions.none().payload("text/plain", new byte[0]));

    assertThat(checkpoints.get("ingest").orElseThrow().payloadSize()).hasValue(0);
    assertThat(checkpoints.read("ingest").orElseThrow().payload().orElseThrow()).isEmpty();
  }

  @Test
  void replace_ofWhatWasSeen_advancesIt() {
    Checkpoint first =
        checkpoints.save("offsets", SaveOptions.none().meta("at", "1")).checkpoint().orElseThrow();

    SaveResult second = checkpoints.replace(first, SaveOptions.none().meta("at", "2"));
    SaveResult third =
        checkpoints.replace(second.checkpoint().orElseThrow(), SaveOptions.none().meta("at", "3"));

    assertThat(third.isSaved()).isTrue();
    assertThat(checkpoints.get("offsets").orElseThrow().meta()).containsEntry("at", "3");
    assertThat(base.versions("offsets.checkpoint")).hasSize(3);
  }

  @Test
  void replace_ofAnotherVersion_isAConflictThatHasTheCurrentOne() {
    Checkpoint seen = checkpoints.save("offsets").checkpoint().orElseThrow();
    checkpoints.replace(seen, SaveOptions.none().meta("at", "2"));

    var conflict =
        catchThrowableOfType(
            CheckpointConflictException.class,
            () -> checkpoints.replace(seen, SaveOptions.none().meta("at", "3")));

    assertThat(conflict.current().orElseThrow().meta()).containsEntry("at", "2");
    assertThat(conflict.stage()).hasValue("offsets");
    assertThat(conflict.kind()).isEqualTo(CheckpointException.Kind.CONFLICT);
    assertThat(checkpoints.get("offsets").orElseThrow().meta()).containsEntry("at", "2");
  }

  @Test
  void replace_ofAClearedOne_isAConflictAndCreatesNothing() {
    Checkpoint seen = checkpoints.save("offsets").checkpoint().orElseThrow();
    checkpoints.clear();

    var conflict =
        catchThrowableOfType(
            CheckpointConflictException.class, () -> checkpoints.replace(seen, SaveOptions.none()));

    assertThat(conflict.current()).isEmpty();
    assertThat(conflict).hasMessageContaining("gone");
    assertThat(checkpoints.has("offsets")).isFalse();
  }

  @Test
  void replace_whenTheReplyIsLost_isSaved() {
    Checkpoint seen = checkpoints.save("offsets").checkpoint().orElseThrow();
    store.failWhen(call -> call.operation() == Operation.REPLACE, Fault.LOSE_REPLY);

    assertThat(checkpoints.replace(seen, SaveOptions.none().meta("at", "2")).isSaved()).isTrue();
  }

  @Test
  void save_whenTheReplyIsLost_isSaved() {
    store.failAt(0, Fault.LOSE_REPLY);

    SaveResult result = checkpoints.save("train");

    assertThat(result.isSaved()).isTrue();
    assertThat(checkpoints.get("train").orElseThrow().writeId())
        .isEqualTo(result.checkpoint().orElseThrow().writeId());
  }

  @Test
  void save_whenInterruptedBeforeItSendsAgain_isUnknown_andTheFlagIsSetAgain() {
    store.failWhen(call -> call.operation() == Operation.CREATE, Fault.CONTEND);
    Thread.currentThread().interrupt();
    OutcomeUnknownException unknown;
    try {
      unknown =
          catchThrowableOfType(OutcomeUnknownException.class, () -> checkpoints.save("train"));
    } finally {
      assertThat(Thread.interrupted()).as("the flag is set again").isTrue();
    }

    store.reset();
    assertThat(unknown.retry().isSaved()).isTrue();
  }

  @Test
  void save_whenReplyAndReadBackAreLost_isUnknownAndRetryFindsItSaved() {
    store.failAt(0, Fault.LOSE_REPLY).failAt(1, Fault.FAIL_BEFORE);

    var unknown =
        catchThrowableOfType(OutcomeUnknownException.class, () -> checkpoints.save("train"));

    assertThat(unknown)
        .hasMessageContaining("The outcome of saving the checkpoint of 'train' is unknown");
    SaveResult result = unknown.retry();
    assertThat(result.isSaved()).isTrue();
    assertThat(base.versions("train.checkpoint")).hasSize(1);
    assertThat(unknown.retry().checkpoint().orElseThrow().writeId())
        .isEqualTo(result.checkpoint().orElseThrow().writeId());
  }

  @Test
  void retry_whenTheRequestNeverArrived_writesTheSameBytes() {
    store.failAt(0, Fault.LOSE_REQUEST);
    var unknown =
        catchThrowableOfType(
            OutcomeUnknownException.class,
            () -> checkpoints.save("train", SaveOptions.none().meta("a", "1")));
    assertThat(checkpoints.has("train")).isFalse();

    assertThat(unknown.retry().isSaved()).isTrue();
    assertThat(checkpoints.get("train").orElseThrow().meta()).containsEntry("a", "1");
  }

  @Test
  void retry_whenAnotherSavedMeanwhile_namesTheOther() {
    store.failAt(0, Fault.LOSE_REQUEST);
    var unknown =
        catchThrowableOfType(OutcomeUnknownException.class, () -> checkpoints.save("train"));
    CheckpointManager.builder().store(base).user("bob").open().save("train");

    SaveResult result = unknown.retry();

    assertThat(result.outcome()).isEqualTo(SaveResult.Outcome.ALREADY_SAVED);
    assertThat(result.checkpoint().orElseThrow().user()).hasValue("bob");
  }

  @Test
  void save_whenAnotherMachineDrewTheSameId_isAnError() {
    store.failAt(0, Fault.LOSE_REPLY).failAt(1, Fault.FAIL_BEFORE);
    var unknown =
        catchThrowableOfType(OutcomeUnknownException.class, () -> checkpoints.save("train"));
    byte[] clone =
        Records.encoded(
            State.COMPLETED,
            Map.of("Write-Id", checkpoints.get("train").orElseThrow().writeId().orElseThrow()),
            Optional.empty());
    Records.put(base, "train.checkpoint", clone);

    assertThatThrownBy(unknown::retry)
        .isInstanceOf(CheckpointDamagedException.class)
        .hasMessageContaining("same write id")
        .hasMessageContaining("restored from one image");
  }

  @Test
  void save_overADamagedRecord_repairsIt() {
    Records.putCheckpoint(base, "train", "COMPLETED\nWrite-Id: 3f");

    assertThat(checkpoints.has("train")).isFalse();
    assertThat(checkpoints.save("train").isSaved()).isTrue();
    assertThat(checkpoints.has("train")).isTrue();
  }

  @Test
  void save_overAnEmptyFile_repairsIt() {
    Records.put(base, "train.checkpoint", new byte[0]);

    assertThat(checkpoints.has("train")).isFalse();
    assertThat(checkpoints.save("train").isSaved()).isTrue();
  }

  @Test
  void homeMadeRecords_count() {
    Records.putCheckpoint(base, "plain", "COMPLETED");
    Records.putCheckpoint(base, "dated", "COMPLETED\r\nTimestamp: 2026-11-23 14:05:12\r\n");
    Records.putCheckpoint(base, "zoned", "COMPLETED\nTimestamp: 2026-11-23T14:05:12+01:00\n");

    assertThat(checkpoints.has("plain")).isTrue();
    Checkpoint dated = checkpoints.get("dated").orElseThrow();
    assertThat(dated.headers()).containsEntry("Timestamp", "2026-11-23 14:05:12");
    assertThat(dated.completedAt()).isEqualTo(dated.storedAt());
    assertThat(checkpoints.get("zoned").orElseThrow().completedAt())
        .isEqualTo(Instant.parse("2026-11-23T13:05:12Z"));
    SaveResult result = checkpoints.save("plain");
    assertThat(result.outcome()).isEqualTo(SaveResult.Outcome.ALREADY_SAVED);
    assertThat(result.checkpoint().orElseThrow().user()).isEmpty();
  }

  @Test
  void recordOfAnotherStage_isNeverCountedAndNeverReplaced() {
    checkpoints.save("a");
    Records.put(base, "b.checkpoint", base.read("a.checkpoint").orElseThrow().content());

    for (var call :
        List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
            () -> checkpoints.has("b"),
            () -> checkpoints.get("b"),
            () -> checkpoints.read("b"),
            () -> checkpoints.save("b"),
            () -> checkpoints.stage("b", () -> {}))) {
      assertThatThrownBy(call)
          .isInstanceOf(CheckpointDamagedException.class)
          .hasMessageContaining("'b'")
          .hasMessageContaining("of the stage 'a'")
          .hasMessageContaining("move the record");
    }
    assertThat(base.versions("b.checkpoint")).hasSize(1);
  }

  @Test
  void recordInAnotherState_isNeverCountedAndNeverReplaced() {
    byte[] running = Records.encoded(State.RUNNING, Map.of("Stage", "train"), Optional.empty());
    Records.put(base, "train.checkpoint", running);

    for (var call :
        List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
            () -> checkpoints.has("train"),
            () -> checkpoints.save("train"),
            () -> checkpoints.stage("train", () -> {}))) {
      assertThatThrownBy(call)
          .isInstanceOf(CheckpointDamagedException.class)
          .hasMessageContaining("RUNNING");
    }
    assertThat(base.read("train.checkpoint").orElseThrow().content()).isEqualTo(running);
  }

  @Test
  void recordOfANewerFormat_isAnErrorAndNeverReplaced() {
    Records.putCheckpoint(base, "train", Records.NEWER_FORMAT);

    assertThatThrownBy(() -> checkpoints.has("train"))
        .isInstanceOf(CheckpointDamagedException.class)
        .hasMessageContaining("format 99")
        .hasMessageContaining("it was not changed");
    assertThatThrownBy(() -> checkpoints.save("train"))
        .isInstanceOf(CheckpointDamagedException.class)
        .hasMessageContaining("format 99");
    assertThat(base.versions("train.checkpoint")).hasSize(1);
  }

  @Test
  void has_whenTheStoreDoesNotAnswer_isAnErrorAndNotAnAnswer() {
    store.failWhen(call -> true, Fault.FAIL_BEFORE);

    assertThatThrownBy(() -> checkpoints.has("train"))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("Reading the checkpoint of 'train' failed");
    assertThatThrownBy(() -> checkpoints.completed()).isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> checkpoints.list()).isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> checkpoints.inspect("train"))
        .isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void bestEffort_whenTheStoreFails_isNotSavedWithItsCause() {
    CheckpointManager lenient = manager().failureMode(FailureMode.BEST_EFFORT).open();
    store.failWhen(call -> call.operation() == Operation.CREATE, Fault.FAIL_BEFORE);

    SaveResult result = lenient.save("train");

    assertThat(result.outcome()).isEqualTo(SaveResult.Outcome.NOT_SAVED);
    assertThat(result.checkpoint()).isEmpty();
    assertThat(result.cause().orElseThrow()).isInstanceOf(StoreUnavailableException.class);
    store.reset();
    assertThat(lenient.has("train")).isFalse();
  }

  @Test
  void bestEffort_isForStoreFailuresOfSaveAlone() {
    CheckpointManager lenient =
        manager().failureMode(FailureMode.BEST_EFFORT).maxPayloadBytes(1).open();
    assertThatThrownBy(() -> lenient.save("")).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(
            () -> lenient.save("train", SaveOptions.none().payload("text/plain", new byte[2])))
        .isInstanceOf(InvalidInputException.class);
    store.failWhen(call -> !call.operation().name().equals("CREATE"), Fault.FAIL_BEFORE);

    assertThatThrownBy(() -> lenient.has("train")).isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void requests_areThoseOfTheBudget() {
    assertThat(requestsOf(() -> checkpoints.save("a"))).containsExactly(Operation.CREATE);
    assertThat(requestsOf(() -> checkpoints.save("a")))
        .containsExactly(Operation.CREATE, Operation.READ_HEAD);
    assertThat(requestsOf(() -> checkpoints.has("a"))).containsExactly(Operation.READ_HEAD);
    assertThat(requestsOf(() -> checkpoints.get("a"))).containsExactly(Operation.READ_HEAD);
    assertThat(requestsOf(() -> checkpoints.inspect("a"))).containsExactly(Operation.READ_HEAD);
    assertThat(requestsOf(() -> checkpoints.read("a"))).containsExactly(Operation.READ);
    assertThat(requestsOf(() -> checkpoints.stage("a", () -> {})))
        .containsExactly(Operation.READ_HEAD);
    assertThat(requestsOf(() -> checkpoints.stage("b", () -> {})))
        .containsExactly(Operation.READ_HEAD, Operation.CREATE);
    assertThat(requestsOf(() -> checkpoints.completed())).containsExactly(Operation.LIST_PAGE);
    assertThat(requestsOf(() -> checkpoints.list()))
        .containsExactlyInAnyOrder(Operation.LIST_PAGE, Operation.READ_HEAD, Operation.READ_HEAD);
    assertThat(requestsOf(() -> checkpoints.verify()))
        .containsExactlyInAnyOrder(Operation.LIST_PAGE, Operation.READ, Operation.READ);
    Checkpoint seen = checkpoints.get("a").orElseThrow();
    assertThat(requestsOf(() -> checkpoints.replace(seen, SaveOptions.none())))
        .containsExactly(Operation.REPLACE);
    assertThat(requestsOf(() -> checkpoints.clear()))
        .containsExactly(Operation.LIST_PAGE, Operation.DELETE);
  }

  private List<Operation> requestsOf(Runnable call) {
    store.reset();
    call.run();
    return store.calls().stream().map(FaultyStore.Call::operation).toList();
  }

  @Test
  void close_neverClosesAStoreThatWasHandedIn() {
    var closed = new AtomicBoolean();
    CheckpointStore watched =
        new ForwardingStore(base) {
          @Override
          public void close() {
            closed.set(true);
          }
        };

    CheckpointManager manager = CheckpointManager.builder().store(watched).open();
    manager.save("train");
    manager.close();
    manager.close();

    assertThat(closed).isFalse();
    assertThat(CheckpointManager.builder().store(watched).open().has("train")).isTrue();
  }

  @Test
  void close_closesTheStoreThatItOpened() {
    CheckpointManager manager = CheckpointManager.open("s3://bucket/p?endpoint=http://127.0.0.1:9");

    manager.close();
    manager.close();

    assertThatThrownBy(() -> manager.has("train"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The store is closed");
  }

  @Test
  void anyUnicodeName_isAStageOfItsOwn() {
    List<String> names =
        List.of(
            "..",
            ".",
            "a/b",
            "a%2Fb",
            "a%2fb",
            "ü",
            "\u00E9",
            "e\u0301",
            "😀",
            "a\r\nb",
            "dot.",
            "dot",
            "space ",
            "space",
            " space",
            "x.checkpoint",
            "x",
            "x.claim",
            "\\",
            "\u202Etxt");

    for (String name : names) {
      assertThat(checkpoints.has(name)).as(name).isFalse();
      assertThat(checkpoints.save(name).isSaved()).as(name).isTrue();
      assertThat(checkpoints.get(name).orElseThrow().stage()).isEqualTo(name);
    }

    assertThat(checkpoints.completed()).containsExactlyInAnyOrderElementsOf(names);
    assertThat(checkpoints.list().invalid()).isEmpty();
  }
}
