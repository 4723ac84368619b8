package io.github.checkpointmanager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.testing.FaultyStore;
import io.github.checkpointmanager.testing.LocalStore;
import io.github.checkpointmanager.testing.Records;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What completed, list, verify and inspect tell of good and bad records. */
@ParameterizedClass
@EnumSource(LocalStore.class)
class CheckpointListTest {
  private final LocalStore kind;
  private CheckpointStore base;
  private FaultyStore store;
  private CheckpointManager checkpoints;

  CheckpointListTest(LocalStore kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open(@TempDir Path directory) {
    base = kind.open(directory);
    store = FaultyStore.around(base);
    checkpoints = CheckpointManager.builder().store(store).open();
  }

  @AfterEach
  void close() {
    base.close();
  }

  private void putOneOfEach() {
    checkpoints.save("valid");
    checkpoints.save("payload", SaveOptions.none().payload("text/plain", "v".getBytes(UTF_8)));
    Records.putCheckpoint(base, "home-made", "COMPLETED\n");
    Records.putCheckpoint(base, "damaged", "COMPLETED\nWrite-Id: 3f");
    Records.putCheckpoint(base, "newer", Records.NEWER_FORMAT);
    Records.put(base, "copied.checkpoint", base.read("valid.checkpoint").orElseThrow().content());
    Records.put(
        base,
        "running.checkpoint",
        Records.encoded(State.RUNNING, Map.of("Stage", "running"), Optional.empty()));
    Records.put(base, "README.md", "a stranger".getBytes(UTF_8));
  }

  @Test
  void list_tellsValidDamagedAndUnreadableApart() {
    putOneOfEach();

    CheckpointList inventory = checkpoints.list();

    assertThat(inventory.checkpoints())
        .extracting(Checkpoint::stage)
        .containsExactly("home-made", "payload", "valid");
    assertThat(inventory.invalid())
        .extracting(problem -> problem.stage() + " " + problem.kind())
        .containsExactly(
            "copied UNREADABLE", "damaged DAMAGED", "newer UNREADABLE", "running UNREADABLE");
    assertThat(inventory.invalid())
        .extracting(Lookup.Invalid::reason)
        .satisfiesExactly(
            copied -> assertThat(copied).contains("of the stage 'valid'"),
            damaged -> assertThat(damaged).contains("cut off"),
            newer -> assertThat(newer).contains("format 99"),
            running -> assertThat(running).contains("RUNNING"));
  }

  @Test
  void completed_isPresumedFromNamesAlone() {
    putOneOfEach();

    assertThat(checkpoints.completed())
        .containsExactly("copied", "damaged", "home-made", "newer", "payload", "running", "valid");
  }

  @Test
  void verify_findsADamagedPayloadThatTheHeadDoesNotShow() {
    checkpoints.save("large", SaveOptions.none().payload("x/y", new byte[200_000]));
    Records.damageLastByte(base, "large.checkpoint");

    assertThat(checkpoints.list().invalid()).isEmpty();
    assertThat(checkpoints.verify().invalid())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.kind()).isEqualTo(Lookup.Invalid.Kind.DAMAGED);
              assertThat(problem.reason()).contains("payload does not match its checksum");
            });
    assertThat(checkpoints.verify().checkpoints()).isEmpty();
  }

  @Test
  void verify_keepsNoPayload() {
    checkpoints.save("p", SaveOptions.none().payload("x/y", new byte[200_000]));

    Checkpoint verified = checkpoints.verify().checkpoints().get(0);

    assertThat(verified.payloadSize()).hasValue(200_000);
    assertThatThrownBy(verified::payload).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void list_ofAStageThatWasClearedSinceItWasListed_leavesItOut() {
    checkpoints.save("a");
    checkpoints.save("b");
    store.reset();
    store.before(1, () -> base.delete(Deletion.ofEach("a.checkpoint", "b.checkpoint")));

    CheckpointList inventory = checkpoints.list();

    assertThat(inventory.checkpoints()).isEmpty();
    assertThat(inventory.invalid()).isEmpty();
  }

  @Test
  void list_ofMoreThanOnePage_hasThemAllSorted() {
    int count = kind == LocalStore.MEMORY ? 1_203 : 40; // a directory has no pages, and syncs each
    IntStream.range(0, count)
        .forEach(i -> Records.putCheckpoint(base, String.format("s%05d", i), "COMPLETED"));

    assertThat(checkpoints.list().checkpoints())
        .extracting(Checkpoint::stage)
        .hasSize(count)
        .isSorted();
  }

  @Test
  void inspect_tellsDamagedFromAbsent() {
    putOneOfEach();

    assertThat(checkpoints.inspect("absent")).isEqualTo(new Lookup.Absent("absent"));
    assertThat(checkpoints.inspect("valid")).isInstanceOf(Lookup.Valid.class);
    assertThat(checkpoints.inspect("damaged").invalid())
        .map(Lookup.Invalid::kind)
        .contains(Lookup.Invalid.Kind.DAMAGED);
    assertThat(checkpoints.inspect("copied").invalid()).isPresent();
  }

  @Test
  void list_whenInterrupted_isGivenUpWithTheFlagSet() {
    checkpoints.save("a");
    checkpoints.save("b");
    store.reset();
    store.before(0, () -> Thread.currentThread().interrupt());

    try {
      assertThatThrownBy(() -> checkpoints.list())
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("interrupted");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
