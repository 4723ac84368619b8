package io.github.checkpointmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.Listing;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultyStore;
import io.github.checkpointmanager.testing.FaultyStore.Call;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import io.github.checkpointmanager.testing.FaultyStore.Operation;
import io.github.checkpointmanager.testing.ManualTime;
import io.github.checkpointmanager.testing.TimelessStore;
import io.github.checkpointmanager.testing.UncomparedStore;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a clear, a purge and a restore do beside workers that claim, renew and run again. */
class ClearBesideWorkersTest {
  private static final Duration LEASE = Duration.ofSeconds(60);
  private static final ClaimOptions OPTIONS = ClaimOptions.untilDeadline(LEASE);

  /** What removes checkpoints. */
  private enum Removal {
    CLEAR {
      @Override
      ClearResult by(CheckpointManager manager, ClearOptions options) {
        return manager.clear(options);
      }
    },
    CLEAR_ONE {
      @Override
      ClearResult by(CheckpointManager manager, ClearOptions options) {
        return manager.clear(List.of("a"), options);
      }
    },
    PURGE {
      @Override
      ClearResult by(CheckpointManager manager, ClearOptions options) {
        return manager.history().purgeAll(options);
      }
    },
    PURGE_ONE {
      @Override
      ClearResult by(CheckpointManager manager, ClearOptions options) {
        return manager.history().purge(List.of("a"), options);
      }
    };

    abstract ClearResult by(CheckpointManager manager, ClearOptions options);

    ClearResult by(CheckpointManager manager) {
      return by(manager, ClearOptions.standard());
    }
  }

  private final ManualTime time = new ManualTime();
  private final MemoryStore memory = new MemoryStore(time);
  private final FaultyStore store = FaultyStore.around(memory);
  private final FaultyStore uncompared = FaultyStore.around(new UncomparedStore(memory));
  private final ManualTime.Machine machine = time.machine();
  private final CheckpointManager worker = manager(memory);
  private final CheckpointManager clearing = manager(store);
  private final CheckpointManager releasing = manager(uncompared);

  private CheckpointManager manager(CheckpointStore over) {
    return CheckpointManager.builder().store(over).timing(machine).open();
  }

  private static Claim held(ClaimResult result) {
    assertThat(result).isInstanceOf(ClaimResult.Held.class);
    return ((ClaimResult.Held) result).claim();
  }

  private Claim claim(String stage) {
    return held(worker.claim(stage, OPTIONS));
  }

  private Claim rerun(String stage) {
    Checkpoint seen = worker.get(stage).orElseThrow();
    time.pass(Duration.ofSeconds(1));
    return held(worker.claim(stage, OPTIONS.rerun(seen)));
  }

  private List<String> keys() {
    return memory.list("").iterator().next().objects().stream().map(Listing.Entry::key).toList();
  }

  // ---- a completed stage that is run again

  @ParameterizedTest
  @EnumSource
  void removal_besideAForcedRerun_isRefused(Removal removal) {
    claim("a").complete();
    Claim again = rerun("a");

    for (CheckpointManager manager : List.of(clearing, releasing)) {
      var busy = catchThrowableOfType(StageBusyException.class, () -> removal.by(manager));

      assertThat(busy.stages()).containsExactly("a");
    }
    assertThat(again.complete().isSaved()).isTrue();
    time.pass(Duration.ofSeconds(5));
    assertThat(removal.by(clearing).stages()).containsExactly("a");
    assertThat(worker.has("a")).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void removal_ofAStageThatAnotherCompletedBeforeItsWorker_isDone(Removal removal) {
    Claim claim = claim("a");
    worker.save("a");
    time.pass(Duration.ofSeconds(2));
    assertThat(claim.complete().isSaved()).isFalse();
    time.pass(Duration.ofSeconds(5));

    assertThat(removal.by(clearing).stages()).containsExactly("a");
  }

  /** It is completed by somebody else while its worker goes on. */
  @ParameterizedTest
  @EnumSource
  void removal_besideAWorkerWhoseStageWasSaved_isRefused(Removal removal) {
    Claim claim = claim("a");
    time.pass(Duration.ofSeconds(10));
    worker.save("a");
    time.pass(Duration.ofSeconds(1));

    assertThatThrownBy(() -> removal.by(clearing)).isInstanceOf(StageBusyException.class);
    assertThat(worker.status().get(0).state()).isEqualTo(StageState.RUNNING);
    assertThat(claim.isValid()).isTrue();
  }

  @Test
  void removal_besideALateSaveOfADeadWorker_isRefused() {
    store.failWhen(
        call -> call.operation() == Operation.CREATE && call.key().equals("a.checkpoint"),
        Fault.LAND_LATE);
    Claim dead =
        ((ClaimResult.Held) clearing.claim("a", ClaimOptions.untilDeadline(LEASE))).claim();
    assertThatThrownBy(dead::complete).isInstanceOf(OutcomeUnknownException.class);
    time.pass(Duration.ofSeconds(70));
    Claim living = claim("a");
    time.pass(Duration.ofSeconds(10));
    store.reset();
    assertThat(store.landLateWrites()).isNotEmpty();

    assertThatThrownBy(() -> clearing.clear()).isInstanceOf(StageBusyException.class);
    assertThat(living.isValid()).isTrue();
  }

  /** The checkpoint of a rerun was replaced by a plain save: nobody is at work. */
  @ParameterizedTest
  @EnumSource
  void removal_ofARerunThatWasReplacedSince_isDone(Removal removal) {
    claim("a").complete();
    rerun("a").complete();
    time.pass(Duration.ofSeconds(10));
    worker.replace(worker.get("a").orElseThrow(), SaveOptions.none());
    time.pass(Duration.ofSeconds(5));

    assertThat(worker.status().get(0).state()).isEqualTo(StageState.COMPLETED);
    assertThat(removal.by(clearing).stages()).containsExactly("a");
  }

  @Test
  void removal_thatIsRefused_forgetsNoFailure() {
    ClaimOptions once = OPTIONS.maxAttempts(1);
    ((ClaimResult.Held) worker.claim("pay", once)).claim().fail("half paid");
    claim("a").complete();
    time.pass(Duration.ofSeconds(70));
    store.before(store.callCount() + 2, () -> rerun("a")); // LIST and GET, then the deletion

    assertThatThrownBy(() -> clearing.clear()).isInstanceOf(StageBusyException.class);

    assertThat(store.calls()).extracting(Call::operation).contains(Operation.DELETE);
    assertThatThrownBy(() -> worker.claim("pay", once))
        .isInstanceOf(AttemptsExhaustedException.class);
  }

  @Test
  void removal_thatIsRefusedTooLate_saysWhoseFailuresItForgot() {
    ((ClaimResult.Held) worker.claim("b", OPTIONS)).claim().fail("it broke");
    ((ClaimResult.Held) worker.claim("c", OPTIONS)).claim().fail("it broke");
    time.pass(Duration.ofSeconds(70));
    store.before(store.callCount() + 3, () -> worker.claim("c", OPTIONS));

    assertThatThrownBy(() -> clearing.clear())
        .isInstanceOf(StageBusyException.class)
        .hasMessageContaining("written the claim of 'c'")
        .hasMessageContaining("the failures and limits of 'b' were cleared");
  }

  @Test
  void restore_besideAForcedRerun_isRefused() {
    claim("a").complete();
    String first = worker.history().versions("a").get(0).versionId();
    rerun("a").complete();
    Claim again = rerun("a");

    assertThatThrownBy(() -> clearing.history().restore("a", first))
        .isInstanceOf(StageBusyException.class)
        .hasMessageContaining("was not restored");
    assertThat(again.complete().isSaved()).isTrue();
    time.pass(Duration.ofSeconds(1));
    assertThat(clearing.history().restore("a", first).outcome())
        .isEqualTo(RestoreResult.Outcome.RESTORED);
  }

  @Test
  void status_ofACompletedStageThatIsRunAgain_isRunningWithItsHolder() {
    claim("a").complete();
    Claim again = rerun("a");

    for (List<StageStatus> status : List.of(worker.status(), worker.verifiedStatus())) {
      assertThat(status)
          .singleElement()
          .satisfies(
              a -> {
                assertThat(a.state()).isEqualTo(StageState.RUNNING);
                assertThat(a.holder().orElseThrow().attempt()).isEqualTo(again.attempt());
              });
    }
    again.fail("it broke");
    assertThat(worker.status().get(0).state()).isEqualTo(StageState.COMPLETED);
  }

  @Test
  void status_ofManyCompletedStages_readsNoClaim() {
    for (int i = 0; i < 1_000; i++) {
      claim("s" + i).complete();
    }
    store.reset();

    assertThat(clearing.status()).hasSize(1_000);
    assertThat(store.calls()).extracting(Call::operation).containsOnly(Operation.LIST_PAGE);
  }

  // ---- claims that the plan has not seen, or that have changed

  @ParameterizedTest
  @EnumSource
  void removal_neverRemovesAClaimThatItDidNotFind(Removal removal) {
    worker.save("a");
    Claim[] meanwhile = new Claim[1];
    Checkpoint seen = worker.get("a").orElseThrow();
    int deletion = removal == Removal.PURGE ? 2 : 1;
    store.reset();
    store.before(deletion, () -> meanwhile[0] = held(worker.claim("a", OPTIONS.rerun(seen))));

    removal.by(clearing);

    assertThat(store.calls().get(deletion).operation().name())
        .isIn(Operation.DELETE.name(), Operation.PURGE.name());
    assertThat(keys()).containsExactly("a.claim");
    meanwhile[0].renew();
  }

  @ParameterizedTest
  @EnumSource
  void removal_whenAClaimIsTakenMeanwhile_isRefused_andDeletesNoCheckpoint(Removal removal) {
    worker.save("b");
    for (CheckpointManager manager : List.of(clearing, releasing)) {
      claim("a").fail("it broke");
      FaultyStore through = manager == clearing ? store : uncompared;
      through.reset();
      Claim[] meanwhile = new Claim[1];
      Operation removing = manager == clearing ? Operation.DELETE : Operation.REPLACE;
      int index = index(through, removing, () -> removal.by(manager, dryRun()));
      through.before(index, () -> meanwhile[0] = claim("a"));

      var busy = catchThrowableOfType(StageBusyException.class, () -> removal.by(manager));

      assertThat(busy).isNotNull();
      assertThat(busy.stages()).containsExactly("a");
      assertThat(busy).hasMessageContaining("No checkpoint was");
      assertThat(worker.has("b")).isTrue();
      meanwhile[0].renew();
      meanwhile[0].fail("enough");
      time.pass(Duration.ofSeconds(5));
    }
  }

  private static ClearOptions dryRun() {
    return ClearOptions.standard().withDryRun();
  }

  /** The call that comes after those of a dry run: the first that removes. */
  private static int index(FaultyStore through, Operation removing, Runnable dryRun) {
    dryRun.run();
    int calls = through.calls().size();
    through.reset();
    assertThat(removing.name()).isIn("DELETE", "REPLACE");
    return calls;
  }

  @Test
  void clear_whenAClaimCannotBeDeleted_deletesNoCheckpoint() {
    claim("a").complete();
    time.pass(Duration.ofSeconds(5));
    store.reset();
    store.failAt(1, Fault.LOSE_REQUEST);

    assertThatThrownBy(clearing::clear)
        .isInstanceOf(ClearIncompleteException.class)
        .hasMessageContaining("a.claim");
    assertThat(worker.has("a")).isTrue();
  }

  @Test
  void clear_keepsACheckpointThatWasReplacedAfterItWasListed() {
    worker.save("a");
    Checkpoint seen = worker.get("a").orElseThrow();
    store.reset();
    store.before(1, () -> worker.replace(seen, SaveOptions.none()));

    assertThatThrownBy(clearing::clear)
        .isInstanceOf(ClearIncompleteException.class)
        .hasMessageContaining("it was written after it was seen, and is kept");
    assertThat(worker.has("a")).isTrue();
    assertThat(clearing.clear().stages()).containsExactly("a");
    assertThat(worker.has("a")).isFalse();
  }

  // ---- where the store does not compare versions

  @Test
  void clear_whereDeletionsAreNotCompared_keepsTheTokensOfClaims_andWaitsForNothing() {
    long last = 0;
    for (Removal removal : List.of(Removal.CLEAR, Removal.CLEAR_ONE, Removal.CLEAR)) {
      for (boolean completed : List.of(true, false)) {
        Claim claim = claim("a");
        assertThat(claim.attempt()).isEqualTo(1);
        assertThat(claim.fencingToken()).isGreaterThan(last);
        last = claim.fencingToken();
        if (completed) {
          claim.complete();
        } else {
          claim.fail("it broke");
        }

        removal.by(releasing);

        assertThat(worker.has("a")).isFalse();
      }
    }
    assertThat(machine.sleeps()).isEmpty();
  }

  /** A claim has no written token before its first renewal; its holder has one all the same. */
  @Test
  void clear_whereDeletionsAreNotCompared_keepsATokenThatWasNotWritten() {
    Claim dead = claim("a");
    time.pass(LEASE.plusSeconds(4));

    releasing.clear();

    assertThat(claim("a").fencingToken()).isGreaterThan(dead.fencingToken());
  }

  @Test
  void whatAClearLeaves_isNoStageForAnybody() {
    claim("a").complete();
    claim("b").fail("it broke");
    releasing.clear();
    assertThat(keys()).containsExactly("a.claim", "b.claim");

    assertThat(worker.status()).isEmpty();
    assertThat(worker.verifiedStatus()).isEmpty();
    assertThat(worker.statusBelow()).isEmpty();
    assertThat(worker.list().checkpoints()).isEmpty();
    assertThat(worker.completed()).isEmpty();
    for (CheckpointManager manager : List.of(clearing, releasing)) {
      assertThat(manager.clear(dryRun())).isEqualTo(new ClearResult(List.of(), 0, true));
      assertThat(manager.clear()).isEqualTo(new ClearResult(List.of(), 0, false));
      assertThat(manager.clear(List.of("a")).keys()).isEqualTo(1);
    }
    claim("a").complete();
    assertThat(worker.status()).extracting(StageStatus::stage).containsExactly("a");
  }

  @Test
  void clear_ofWhatIsLeft_writesNothing() {
    claim("a").complete();
    claim("b").fail("it broke");
    releasing.clear();
    uncompared.reset();

    releasing.clear();

    assertThat(uncompared.calls())
        .extracting(Call::operation)
        .containsExactly(
            Operation.LIST_PAGE, Operation.READ_HEAD, Operation.READ_HEAD, Operation.DELETE);
  }

  @Test
  void purge_whereDeletionsAreNotCompared_leavesNoKey() {
    claim("a").complete();
    releasing.clear();
    claim("a").complete();
    claim("b").fail("it broke");

    releasing.history().purgeAll(ClearOptions.standard());

    assertThat(keys()).isEmpty();
    assertThat(memory.deletedKeys("")).isEmpty();
  }

  // ---- by force

  @ParameterizedTest
  @EnumSource
  void removalByForce_alsoOfAClaimThatIsRenewedMeanwhile_endsIt(Removal removal) {
    for (CheckpointManager manager : List.of(clearing, releasing)) {
      Claim claim = claim("a");
      long token = claim.fencingToken();
      machine.meanwhile(claim::renew);

      removal.by(manager, ClearOptions.standard().withForce());

      assertThatThrownBy(claim::renew).isInstanceOf(ClaimLostException.class);
      assertThat(worker.status()).isEmpty();
      if (removal == Removal.CLEAR || removal == Removal.CLEAR_ONE) {
        assertThat(claim("a").fencingToken()).isGreaterThan(token);
        time.pass(LEASE.plusSeconds(10));
        removal.by(clearing);
      }
      machine.meanwhile(() -> {});
    }
  }

  // ---- without the store's clock

  @Test
  void clear_withoutTheStoresClock_watchesADeadWorkersClaim_andGoesOn() {
    Claim dead = claim("a");
    worker.save("b");
    CheckpointManager timeless = manager(new TimelessStore(store));
    store.reset();

    assertThat(timeless.clear().stages()).containsExactly("b");

    assertThat(machine.sleeps().stream().reduce(Duration.ZERO, Duration::plus))
        .isBetween(LEASE.plusSeconds(3), LEASE.plusSeconds(12));
    assertThat(store.calls()).filteredOn(c -> c.operation() == Operation.READ_HEAD).hasSize(10);
    assertThat(keys()).isEmpty();
    assertThat(claim("a").fencingToken()).isGreaterThan(dead.fencingToken());
  }

  @Test
  void restore_withoutTheStoresClock_watchesADeadWorkersClaim_andRefusesBesideALivingOne() {
    claim("a").complete();
    String first = worker.history().versions("a").get(0).versionId();
    time.pass(Duration.ofSeconds(10));
    worker.clear(List.of("a"));
    Claim living = claim("a");
    CheckpointManager timeless = manager(new TimelessStore(memory));
    machine.meanwhile(() -> {}, living::renew);

    assertThatThrownBy(() -> timeless.history().restore("a", first))
        .isInstanceOf(StageBusyException.class);

    assertThatCode(() -> timeless.history().restore("a", first))
        .as("its worker died")
        .doesNotThrowAnyException();
    assertThat(worker.has("a")).isTrue();
    assertThat(machine.sleeps()).hasSizeGreaterThan(8);
  }

  @ParameterizedTest
  @EnumSource
  void removal_withoutTheStoresClock_isRefusedAsSoonAsAWorkerRenews(Removal removal) {
    Claim claim = claim("a");
    for (CheckpointStore compared : List.of(memory, new UncomparedStore(memory))) {
      CheckpointManager timeless = manager(new TimelessStore(compared));
      int before = machine.sleeps().size();
      machine.meanwhile(() -> {}, claim::renew);

      assertThatThrownBy(() -> removal.by(timeless)).isInstanceOf(StageBusyException.class);

      assertThat(machine.sleeps()).hasSize(before + 2);
    }
    assertThat(claim.complete().isSaved()).isTrue();
  }

  @Test
  void clear_withoutTheStoresClock_ofAClaimThatCannotBeRead_isRefusedAtOnce() {
    memory.create(
        "a.claim", "RUNNING\nFormat: 99\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    assertThatThrownBy(() -> manager(new TimelessStore(memory)).clear())
        .isInstanceOf(StageBusyException.class);
    assertThat(machine.sleeps()).isEmpty();
  }

  @Test
  void clear_withoutTheStoresClock_deletesAnEndedClaim_onlyAfterFourSeconds() {
    claim("a").fail("it broke");
    time.pass(Duration.ofHours(1));
    CheckpointManager timeless = manager(new TimelessStore(memory));

    timeless.clear();

    assertThat(machine.sleeps()).containsExactly(Duration.ofSeconds(4));
    assertThat(keys()).isEmpty();
  }

  @Test
  void tokens_growAcrossClears_onEveryStore() {
    long last = 0;
    List<CheckpointManager> all =
        Stream.of(memory, new UncomparedStore(memory))
            .flatMap(compared -> Stream.of(compared, new TimelessStore(compared)))
            .map(this::manager)
            .toList();
    for (int i = 0; i < 12; i++) {
      Claim claim = claim("a");
      assertThat(claim.fencingToken()).isGreaterThan(last);
      last = claim.fencingToken();
      claim.fail("it broke");
      all.get(i % all.size()).clear();
    }
  }
}
