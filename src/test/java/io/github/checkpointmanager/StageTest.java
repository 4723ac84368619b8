package io.github.checkpointmanager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.type.TypeReference;
import io.github.checkpointmanager.payload.JacksonPayload;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.testing.FaultyStore;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import io.github.checkpointmanager.testing.FaultyStore.Operation;
import io.github.checkpointmanager.testing.LocalStore;
import io.github.checkpointmanager.testing.Records;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code stage} promises: run once, give the value back, lose no result. */
@ParameterizedClass
@EnumSource(LocalStore.class)
class StageTest {
  record Model(String name, List<Double> weights) {}

  private final LocalStore kind;
  private CheckpointStore base;
  private FaultyStore store;
  private CheckpointManager checkpoints;
  private final AtomicInteger runs = new AtomicInteger();

  StageTest(LocalStore kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open(@TempDir Path directory) {
    base = kind.open(directory);
    store = FaultyStore.around(base);
    checkpoints = CheckpointManager.builder().store(store).user("alice").host("w7").open();
  }

  @AfterEach
  void close() {
    base.close();
  }

  @Test
  void stage_runsOnceAndSaysWhy() {
    StageResult first = checkpoints.stage("ingest", () -> runs.incrementAndGet());
    StageResult second = checkpoints.stage("ingest", () -> runs.incrementAndGet());

    assertThat(runs).hasValue(1);
    assertThat(first.ran()).isTrue();
    assertThat(first.skipped()).isFalse();
    assertThat(first.reason()).isEqualTo("it had no checkpoint");
    assertThat(first.saved().orElseThrow().isSaved()).isTrue();
    assertThat(second.skipped()).isTrue();
    assertThat(second.reason()).startsWith("completed ").endsWith(" by alice on w7");
    assertThat(second.saved()).isEmpty();
    assertThat(second.checkpoint().orElseThrow().writeId())
        .isEqualTo(first.checkpoint().orElseThrow().writeId());
    assertThat(first.checkpoint().orElseThrow().startedAt()).isPresent();
  }

  /** An executor's shutdown interrupts a task, whose work is finished all the same. */
  @Test
  void stage_whoseTaskWasInterrupted_isSavedAlthoughTheStoreAsksToSendAgain() {
    store.failAt(1, Fault.CONTEND);
    List<StageResult> results = new ArrayList<>();
    try {
      assertThatCode(
              () ->
                  results.add(
                      checkpoints.stage("ingest", () -> Thread.currentThread().interrupt())))
          .doesNotThrowAnyException();
    } finally {
      assertThat(Thread.interrupted()).as("the flag is set again").isTrue();
    }

    assertThat(results.get(0).saved().orElseThrow().isSaved()).isTrue();
    assertThat(checkpoints.has("ingest")).isTrue();
  }

  @Test
  void stage_overADamagedCheckpoint_runsAgainAndSaysSo() {
    Records.putCheckpoint(base, "ingest", "COMPLETED\nWrite-Id: 3f");

    StageResult result = checkpoints.stage("ingest", () -> runs.incrementAndGet());

    assertThat(result.ran()).isTrue();
    assertThat(result.reason()).startsWith("its checkpoint was damaged: ");
    assertThat(checkpoints.has("ingest")).isTrue();
  }

  @Test
  void stage_whenTheTaskThrows_throwsTheSameAndSavesNothing() {
    var failure = new IOException("disk on fire");

    IOException thrown = null;
    // A checked exception that the compiler knows: this would not compile with another type.
    try {
      checkpoints.stage(
          "ingest",
          () -> {
            throw failure;
          });
    } catch (IOException e) {
      thrown = e;
    }

    assertThat(thrown).isSameAs(failure);
    assertThat(checkpoints.has("ingest")).isFalse();
    assertThat(base.list("").iterator().next().objects()).isEmpty();
  }

  @Test
  void stage_whenTheTaskThrowsOtherThings_throwsTheSame() {
    for (Throwable failure :
        List.of(
            new InterruptedException(), new StackOverflowError(), new IllegalStateException())) {
      assertThatThrownBy(() -> checkpoints.stage("t", () -> sneak(failure))).isSameAs(failure);
      assertThatThrownBy(
              () -> checkpoints.stage("t", PayloadCodec.utf8(), () -> valueOrThrow(failure)))
          .isSameAs(failure);
    }
    assertThat(checkpoints.completed()).isEmpty();
  }

  private static void sneak(Throwable failure) throws Throwable {
    throw failure;
  }

  private static String valueOrThrow(Throwable failure) throws Throwable {
    throw failure;
  }

  @Test
  void stage_withoutCheckedExceptions_needsNoCatch() {
    // Compiles without a throws clause: the exception's type is inferred as unchecked.
    checkpoints.stage("ingest", () -> {});
    assertThat(checkpoints.stage("text", PayloadCodec.utf8(), () -> "x")).isEqualTo("x");
  }

  @Test
  void stage_withAValue_givesItBackWithoutRunning() {
    assertThat(checkpoints.stage("b", PayloadCodec.bytes(), () -> new byte[] {1, 2}))
        .containsExactly(1, 2);
    assertThat(checkpoints.stage("b", PayloadCodec.bytes(), () -> new byte[] {3}))
        .containsExactly(1, 2);
    checkpoints.stage("t", PayloadCodec.utf8(), () -> "grüße 😀");
    assertThat(checkpoints.stage("t", PayloadCodec.utf8(), () -> "other")).isEqualTo("grüße 😀");
    assertThat(checkpoints.get("t").orElseThrow().payloadType())
        .hasValue("text/plain; charset=utf-8");
  }

  @Test
  void stage_withJson_givesClassesAndGenericTypesBack() {
    var model = new Model("forest", List.of(0.5, 1.25));
    var rows = Map.of("train", List.of(1, 2), "test", List.of(3));
    var rowsType = JacksonPayload.of(new TypeReference<Map<String, List<Integer>>>() {});

    checkpoints.stage("model", JacksonPayload.of(Model.class), () -> model);
    checkpoints.stage("rows", rowsType, () -> rows);

    assertThat(checkpoints.stage("model", JacksonPayload.of(Model.class), StageTest::fail))
        .isEqualTo(model);
    assertThat(checkpoints.stage("rows", rowsType, StageTest::fail)).isEqualTo(rows);
    assertThat(new String(checkpoints.read("model").orElseThrow().payload().orElseThrow(), UTF_8))
        .isEqualTo("{\"name\":\"forest\",\"weights\":[0.5,1.25]}");
  }

  @SuppressWarnings("TypeParameterUnusedInFormals") // stands for a task of any type
  private static <T> T fail() {
    throw new AssertionError("must not run");
  }

  @Test
  void stage_whenAnotherWinsMeanwhile_givesTheWinnersValue() {
    String value =
        checkpoints.stage(
            "t",
            PayloadCodec.utf8(),
            () -> {
              CheckpointManager.builder()
                  .store(base)
                  .open()
                  .stage("t", PayloadCodec.utf8(), () -> "winner");
              return "loser";
            });

    assertThat(value).isEqualTo("winner");
    assertThat(checkpoints.stage("t", PayloadCodec.utf8(), StageTest::fail)).isEqualTo("winner");
  }

  @Test
  void stage_whenTheWinnersValueCannotBeRead_carriesTheOwn() {
    store.failWhen(
        call -> call.operation() == Operation.READ && call.index() > 0, Fault.FAIL_BEFORE);

    var lost =
        catchThrowableOfType(
            StageNotSavedException.class,
            () ->
                checkpoints.stage(
                    "t",
                    PayloadCodec.utf8(),
                    () -> {
                      CheckpointManager.builder().store(base).open().save("t");
                      return "own";
                    }));

    assertThat(lost.result()).isEqualTo("own");
  }

  @Test
  void stage_whenTheWinnerHasNoValue_carriesTheOwnAndSaysSo() {
    var lost =
        catchThrowableOfType(
            StageNotSavedException.class,
            () ->
                checkpoints.stage(
                    "t",
                    PayloadCodec.utf8(),
                    () -> {
                      CheckpointManager.builder().store(base).open().save("t");
                      return "own";
                    }));

    assertThat(lost.result()).isEqualTo("own");
    assertThat(lost).hasMessageContaining("no payload");
  }

  @Test
  void stage_whenTheCheckpointHasNoPayload_namesStageAndRemedyAndDoesNotRun() {
    checkpoints.save("train");

    assertThatThrownBy(() -> checkpoints.stage("train", PayloadCodec.utf8(), StageTest::fail))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("The stage 'train' is completed")
        .hasMessageContaining("has no payload")
        .hasMessageContaining("Clear the stage");
  }

  @Test
  void stage_whenThePayloadCannotBeDecoded_namesStageAndRemedyButNotThePayload() {
    checkpoints.save("train", SaveOptions.none().payload("text/plain", "hunter2".getBytes(UTF_8)));
    checkpoints.save(
        "typed",
        SaveOptions.none().payload("text/plain", "{\"name\":{\"hunter2\":1}}".getBytes(UTF_8)));
    checkpoints.save("bytes", SaveOptions.none().payload("x/y", new byte[] {(byte) 0xC3}));
    checkpoints.save("null", SaveOptions.none().payload("x/y", "null".getBytes(UTF_8)));

    for (String stage : List.of("train", "typed", "null")) {
      assertThatThrownBy(
              () -> checkpoints.stage(stage, JacksonPayload.of(Model.class), StageTest::fail))
          .isInstanceOf(PayloadException.class)
          .hasMessageContaining("The stage '" + stage + "' is completed")
          .hasMessageContaining("Clear the stage")
          .extracting(Throwable::getMessage)
          .asString()
          .doesNotContain("hunter2");
    }
    assertThatThrownBy(() -> checkpoints.stage("bytes", PayloadCodec.utf8(), StageTest::fail))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("text/plain");
  }

  @Test
  void stage_whenOnlyThePayloadIsDamaged_runsAgainAndRepairsIt() {
    for (int size : new int[] {10, 200_000}) {
      String stage = "of " + size;
      checkpoints.stage(stage, PayloadCodec.bytes(), () -> new byte[size]);
      Records.damageLastByte(base, stage + ".checkpoint");
      assertThat(checkpoints.read(stage)).isEmpty();

      byte[] again =
          checkpoints.stage(
              stage,
              PayloadCodec.bytes(),
              () -> {
                runs.incrementAndGet();
                return new byte[] {7};
              });

      assertThat(again).containsExactly(7);
      assertThat(checkpoints.read(stage).orElseThrow().payload().orElseThrow()).containsExactly(7);
    }
    assertThat(runs).hasValue(2);
  }

  @Test
  void save_withAPayload_repairsADamagedLargePayload() {
    SaveOptions large = SaveOptions.none().payload("x/y", new byte[200_000]);
    checkpoints.save("t", large);
    Records.damageLastByte(base, "t.checkpoint");

    assertThat(checkpoints.read("t")).isEmpty();
    assertThat(checkpoints.save("t", large).isSaved()).isTrue();
    assertThat(checkpoints.read("t")).isPresent();
  }

  @Test
  void stage_whenOneReadOfThePayloadWasBad_keepsTheGoodCheckpoint() {
    checkpoints.stage("t", PayloadCodec.bytes(), () -> new byte[200_000]);
    store.reset();
    store.failAt(0, Fault.READ_CUT);

    byte[] value = checkpoints.stage("t", PayloadCodec.bytes(), () -> new byte[] {7});

    assertThat(value).hasSize(200_000);
    assertThat(base.versions("t.checkpoint")).hasSize(1);
  }

  @Test
  void stage_whenSavingFails_carriesTheResult() {
    store.failWhen(call -> call.operation() == Operation.CREATE, Fault.FAIL_BEFORE);

    var lost =
        catchThrowableOfType(
            StageNotSavedException.class,
            () -> checkpoints.stage("t", PayloadCodec.utf8(), () -> "hours of work"));

    assertThat(lost.result()).isEqualTo("hours of work");
    assertThat(lost.isOutcomeUnknown()).isFalse();
    assertThat(lost.getCause()).isInstanceOf(StoreUnavailableException.class);
    assertThat(lost)
        .hasMessageContaining("The stage 't' has succeeded")
        .hasMessageContaining("result()")
        .hasMessageNotContaining("hours of work")
        .hasMessageNotContaining("..");
    assertThatThrownBy(() -> checkpoints.stage("u", () -> {}))
        .isInstanceOf(StageNotSavedException.class);
  }

  @Test
  void stage_whenTheOutcomeIsUnknown_carriesResultAndRetry() {
    store.failWhen(call -> call.operation() == Operation.CREATE, Fault.LOSE_REQUEST);

    var lost =
        catchThrowableOfType(
            StageNotSavedException.class,
            () -> checkpoints.stage("t", PayloadCodec.utf8(), () -> "v"));

    assertThat(lost.isOutcomeUnknown()).isTrue();
    store.reset();
    assertThat(((OutcomeUnknownException) requireNonNull(lost.getCause())).retry().isSaved())
        .isTrue();
    assertThat(checkpoints.stage("t", PayloadCodec.utf8(), StageTest::fail)).isEqualTo("v");
  }

  @Test
  void stage_whenThePayloadIsOverTheLimit_carriesTheResult() {
    CheckpointManager small = CheckpointManager.builder().store(store).maxPayloadBytes(3).open();
    var lost =
        catchThrowableOfType(
            StageNotSavedException.class,
            () -> small.stage("t", PayloadCodec.utf8(), () -> "four"));

    assertThat(lost.result()).isEqualTo("four");
    assertThat(lost)
        .hasMessageContaining("it has 4 bytes, and the limit is 3")
        .hasMessageContaining("maxPayloadBytes");
    assertThat(small.stage("t", PayloadCodec.utf8(), () -> "3__")).isEqualTo("3__");
  }

  @Test
  void stage_whenTheCodecFailsInAnyWay_carriesTheResult() {
    for (Throwable failure :
        List.of(
            new IOException("hunter2"),
            new IllegalStateException("hunter2"),
            new StackOverflowError("hunter2"),
            new OutOfMemoryError("hunter2"))) {
      List<String> value = new ArrayList<>(List.of("work"));

      var lost =
          catchThrowableOfType(
              StageNotSavedException.class,
              () -> checkpoints.stage("t", new Broken(failure), () -> value));

      assertThat(lost.result()).isSameAs(value);
      assertThat(lost).hasCause(failure).hasMessageNotContaining("hunter2");
      assertThat(lost).hasMessageContaining(failure.getClass().getName());
    }
    assertThat(checkpoints.completed()).isEmpty();
  }

  @Test
  void stage_whenTheCodecIsInterrupted_keepsTheFlagAndTheResult() {
    var lost =
        catchThrowableOfType(
            StageNotSavedException.class,
            () ->
                checkpoints.stage(
                    "t", new Broken(new InterruptedException()), () -> List.of("work")));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(lost.result()).isEqualTo(List.of("work"));
  }

  /** Fails to encode. */
  private record Broken(Throwable failure) implements PayloadCodec<List<String>> {
    @Override
    public String contentType() {
      return "x/y";
    }

    @Override
    public byte[] encode(List<String> value) throws Exception {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (Exception) failure;
    }

    @Override
    public List<String> decode(byte[] payload) {
      return List.of();
    }
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without null checks does
  void stage_whenTheValueIsNull_saysWhatToDo() {
    assertThatThrownBy(() -> checkpoints.stage("t", PayloadCodec.utf8(), () -> null))
        .isInstanceOf(StageNotSavedException.class)
        .hasMessageContaining("it is null")
        .hasMessageContaining("stage(name, task)");
    assertThat(checkpoints.has("t")).isFalse();
  }

  @Test
  void stage_ofTextWithoutUtf8Form_carriesTheResult() {
    var lost =
        catchThrowableOfType(
            StageNotSavedException.class,
            () -> checkpoints.stage("t", PayloadCodec.utf8(), () -> "half \uD83D"));

    assertThat(lost.result()).isEqualTo("half \uD83D");
  }

  @Test
  void bestEffort_givesTheValueThoughItIsNotSaved() {
    CheckpointManager lenient =
        CheckpointManager.builder().store(store).failureMode(FailureMode.BEST_EFFORT).open();
    store.failWhen(call -> call.operation() == Operation.CREATE, Fault.FAIL_BEFORE);

    assertThat(lenient.stage("t", PayloadCodec.utf8(), () -> "v")).isEqualTo("v");
    StageResult result = lenient.stage("u", () -> {});
    assertThat(result.ran()).isTrue();
    assertThat(result.checkpoint()).isEmpty();
    assertThat(result.saved().orElseThrow().outcome()).isEqualTo(SaveResult.Outcome.NOT_SAVED);
  }

  @Test
  void stage_whenItCannotBeKnownWhetherItIsCompleted_doesNotRun() {
    store.failAt(0, Fault.FAIL_BEFORE);

    assertThatThrownBy(() -> checkpoints.stage("t", () -> runs.incrementAndGet()))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(runs).hasValue(0);
  }
}
