package io.github.checkpointmanager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.ForwardingStore;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultyStore;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import io.github.checkpointmanager.testing.FaultyStore.Operation;
import io.github.checkpointmanager.testing.Records;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What clear deletes, what it leaves, and when it refuses. */
class ClearTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private final CheckpointStore base = new MemoryStore(now::get);
  private final FaultyStore store = FaultyStore.around(base);
  private final CheckpointManager checkpoints = CheckpointManager.builder().store(store).open();

  @Test
  void clear_deletesCheckpointsAndNothingElse() {
    checkpoints.save("a");
    checkpoints.save("b/c");
    Records.put(base, "README.md", bytes("a stranger"));
    Records.put(base, "not canonical é.checkpoint", bytes("a stranger"));
    Records.put(base, "%41.checkpoint", bytes("a stranger: A is written A"));
    Records.put(base, ".checkpoint", bytes("a stranger"));
    Records.put(base, "run2/a.checkpoint", bytes("COMPLETED"));
    Records.put(base, "pipeline.manifest", bytes("kept"));

    ClearResult result = checkpoints.clear();

    assertThat(result.stages()).containsExactly("a", "b/c");
    assertThat(result.keys()).isEqualTo(2);
    assertThat(result.dryRun()).isFalse();
    assertThat(checkpoints.completed()).isEmpty();
    for (String kept :
        List.of(
            "README.md",
            "not canonical é.checkpoint",
            "%41.checkpoint",
            ".checkpoint",
            "run2/a.checkpoint",
            "pipeline.manifest")) {
      assertThat(base.read(kept)).as(kept).isPresent();
    }
  }

  @Test
  void clear_leavesTheLocationsBesideAndBelow() {
    String name = "memory:" + java.util.UUID.randomUUID();
    try (var job1 = CheckpointManager.open(name + "/job1");
        var job10 = CheckpointManager.open(name + "/job10");
        var run2 = CheckpointManager.open(name + "/job1/run2")) {
      job1.save("a");
      job10.save("a");
      run2.save("a");

      job1.clear();

      assertThat(job1.completed()).isEmpty();
      assertThat(job10.completed()).containsExactly("a");
      assertThat(run2.completed()).containsExactly("a");
    }
  }

  @Test
  void clear_ofAnEmptyLocation_isDone() {
    assertThat(checkpoints.clear()).isEqualTo(new ClearResult(List.of(), 0, false));
  }

  @Test
  void clear_ofDamagedAndUnreadableRecords_deletesThemToo() {
    Records.putCheckpoint(base, "damaged", "junk");
    Records.putCheckpoint(base, "newer", Records.NEWER_FORMAT);

    assertThat(checkpoints.clear().stages()).containsExactly("damaged", "newer");
    assertThat(checkpoints.completed()).isEmpty();
  }

  @Test
  void clear_asDryRun_saysWhatItWouldDeleteAndDeletesNothing() {
    checkpoints.save("a");
    checkpoints.save("b");
    store.reset();

    ClearResult result = checkpoints.clear(ClearOptions.standard().withDryRun());

    assertThat(result.stages()).containsExactly("a", "b");
    assertThat(result.dryRun()).isTrue();
    assertThat(checkpoints.completed()).containsExactly("a", "b");
    assertThat(store.calls()).noneMatch(call -> call.operation() == Operation.DELETE);
  }

  @Test
  void clear_ofSomeStages_leavesTheOthers() {
    checkpoints.save("a");
    checkpoints.save("b");

    ClearResult result = checkpoints.clear(List.of("a", "never", "a"));

    assertThat(result.stages()).containsExactly("a", "never");
    assertThat(checkpoints.completed()).containsExactly("b");
  }

  @Test
  void clear_ofNoStages_clearsNothing() {
    checkpoints.save("a");

    assertThat(checkpoints.clear(List.of()).stages()).isEmpty();
    assertThat(checkpoints.completed()).containsExactly("a");
  }

  @Test
  void clear_ofABadName_isRefusedBeforeAnyRequest() {
    checkpoints.save("a");
    store.reset();

    assertThatThrownBy(() -> checkpoints.clear(List.of("a", "")))
        .isInstanceOf(InvalidInputException.class);
    assertThat(store.calls()).isEmpty();
  }

  @Test
  void clear_whileAStageIsWorkedOn_isRefusedAndDeletesNothing() {
    checkpoints.save("a");
    claim("b", State.RUNNING, "PT1M");

    var busy = catchThrowableOfType(StageBusyException.class, () -> checkpoints.clear());

    assertThat(busy.stages()).containsExactly("b");
    assertThat(busy)
        .hasMessageContaining("Nothing was cleared")
        .hasMessageContaining("a worker is executing 'b'")
        .hasMessageContaining("force");
    assertThat(checkpoints.has("a")).isTrue();
    assertThatThrownBy(() -> checkpoints.clear(List.of("b")))
        .isInstanceOf(StageBusyException.class);
    assertThat(checkpoints.clear(List.of("a")).stages()).containsExactly("a");
  }

  @Test
  void clear_byForce_deletesLiveClaimsToo() {
    claim("b", State.RUNNING, "PT1M");
    now.set(NOON.plusSeconds(10));

    ClearResult result = checkpoints.clear(ClearOptions.standard().withForce());

    assertThat(result.keys()).isEqualTo(1);
    assertThat(base.read("b.claim")).isEmpty();
  }

  @Test
  void clear_takesNoNoticeOfClaimsThatHoldNothing() {
    checkpoints.save("done");
    claim("done", State.RUNNING, "PT1H");
    claim("failed", State.FAILED, "PT1H");
    claim("released", State.RELEASED, "PT1H");
    claim("expired", State.RUNNING, "PT10S");
    now.set(NOON.plusSeconds(13));

    ClearResult result = checkpoints.clear();

    assertThat(result.stages()).containsExactly("done");
    assertThat(result.keys()).isEqualTo(5);
    assertThat(base.list("").iterator().next().objects()).isEmpty();
  }

  @Test
  void clear_withinLeaseAndMargin_isRefused() {
    claim("late", State.RUNNING, "PT10S");
    now.set(NOON.plusSeconds(12));

    assertThatThrownBy(() -> checkpoints.clear()).isInstanceOf(StageBusyException.class);
  }

  @Test
  void clear_whenAClaimCannotBeRead_isRefused() {
    Records.put(base, "b.claim", bytes("RUNNING\nFormat: 99\n"));

    assertThatThrownBy(() -> checkpoints.clear()).isInstanceOf(StageBusyException.class);
  }

  @Test
  void clear_whenAClaimStatesTheLongestLease_isRefusedAndNotBroken() {
    claim("b", State.RUNNING, "PT2562047788015215H30M7S");

    assertThatThrownBy(() -> checkpoints.clear()).isInstanceOf(StageBusyException.class);
  }

  private void claim(String stage, State state, String lease) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(Header.STAGE, stage);
    headers.put(Header.OWNER, "somebody");
    headers.put(Header.ATTEMPT, "1");
    headers.put(Header.LEASE, lease);
    Records.put(base, stage + ".claim", Records.encoded(state, headers, Optional.empty()));
  }

  @Test
  void clear_whenSomeKeysCannotBeDeleted_namesThemAndDeletesTheOthers() {
    CheckpointStore stubborn =
        new ForwardingStore(base) {
          @Override
          public DeletionReport delete(Stream<Deletion> deletions) {
            DeletionReport done = super.delete(deletions.filter(d -> !d.key().startsWith("b")));
            return new DeletionReport(
                done.deleted(),
                List.of(
                    new DeletionReport.Failure(
                        "b.checkpoint", StoreException.Kind.DENIED, "AccessDenied: no")));
          }
        };
    checkpoints.save("a");
    checkpoints.save("b");

    var incomplete =
        catchThrowableOfType(
            ClearIncompleteException.class,
            () -> CheckpointManager.builder().store(stubborn).open().clear());

    assertThat(incomplete.keys()).containsExactly("b.checkpoint");
    assertThat(incomplete)
        .hasMessageContaining("1 key ")
        .hasMessageContaining("b.checkpoint: AccessDenied: no")
        .hasMessageContaining("Fix the cause and do it again");
    assertThat(checkpoints.completed()).containsExactly("b");
  }

  /** Claims go first. */
  @Test
  void clear_whenAClaimCannotBeDeleted_saysThatNoCheckpointIsGone() {
    CheckpointStore stubborn =
        new ForwardingStore(base) {
          @Override
          public DeletionReport delete(Stream<Deletion> deletions) {
            return new DeletionReport(
                0,
                deletions
                    .map(
                        deletion ->
                            new DeletionReport.Failure(
                                deletion.key(), StoreException.Kind.DENIED, "AccessDenied: no"))
                    .toList());
          }
        };
    checkpoints.save("a");
    claim("b", State.FAILED, "PT1H");

    assertThatThrownBy(() -> CheckpointManager.builder().store(stubborn).open().clear())
        .isInstanceOf(ClearIncompleteException.class)
        .hasMessageContaining("b.claim")
        .hasMessageContaining("no checkpoint was cleared")
        .hasMessageNotContaining("all other keys are gone");
    assertThat(checkpoints.completed()).containsExactly("a");
  }

  @Test
  void clear_whenADeletionMayStillLand_saysUnknown() {
    CheckpointStore vague =
        new ForwardingStore(base) {
          @Override
          public DeletionReport delete(Stream<Deletion> deletions) {
            return new DeletionReport(
                0,
                deletions
                    .map(
                        deletion ->
                            new DeletionReport.Failure(
                                deletion.key(), StoreException.Kind.OUTCOME_UNKNOWN, "no reply"))
                    .toList());
          }
        };
    checkpoints.save("a");

    assertThatThrownBy(() -> CheckpointManager.builder().store(vague).open().clear())
        .isInstanceOf(ClearIncompleteException.class)
        .hasMessageContaining("unknown")
        .hasMessageContaining("fresh location");
  }

  @Test
  void clear_whenTheListingFails_deletesNothing() {
    checkpoints.save("a");
    store.reset();
    store.failWhen(call -> call.operation() == Operation.LIST_PAGE, Fault.FAIL_BEFORE);

    assertThatThrownBy(() -> checkpoints.clear())
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("Clearing the checkpoints failed");
    store.reset();
    assertThat(checkpoints.has("a")).isTrue();
  }

  @Test
  void clear_whenAClaimCannotBeFetched_deletesNothing() {
    checkpoints.save("a");
    claim("b", State.RUNNING, "PT1M");
    store.reset();
    store.failWhen(call -> call.operation() == Operation.READ_HEAD, Fault.FAIL_BEFORE);

    assertThatThrownBy(() -> checkpoints.clear()).isInstanceOf(StoreUnavailableException.class);
    assertThat(store.calls()).noneMatch(call -> call.operation() == Operation.DELETE);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
