package io.github.checkpointmanager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultTree;
import io.github.checkpointmanager.testing.FaultyStore;
import io.github.checkpointmanager.testing.FaultyStore.Call;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import io.github.checkpointmanager.testing.FaultyStore.Operation;
import io.github.checkpointmanager.testing.ManualTime;
import io.github.checkpointmanager.testing.Records;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A stage that one worker executes at a time: what the task, the waiters and the loser see. */
class ExclusiveStageTest {
  private static final PayloadCodec<String> TEXT = PayloadCodec.utf8();
  private static final Duration LEASE = Duration.ofSeconds(60);
  private static final Duration MARGIN = Duration.ofSeconds(3);
  private static final StageOptions EXCLUSIVE = StageOptions.exclusive(LEASE);

  private final ManualTime time = new ManualTime();
  private final MemoryStore memory = new MemoryStore(time);
  private final FaultyStore store = FaultyStore.around(memory);
  private final ManualTime.Machine machine = time.machine();
  private final CheckpointManager ours = manager(store, machine, "ours");
  private final CheckpointManager theirs = manager(memory, time.machine(), "theirs");
  private final AtomicInteger runs = new AtomicInteger();

  private static CheckpointManager manager(
      CheckpointStore store, ManualTime.Machine machine, String host) {
    return CheckpointManager.builder().store(store).timing(machine).user("alice").host(host).open();
  }

  @AfterEach
  void close() {
    ours.close();
    theirs.close();
  }

  private Claim claimByThem(String stage) {
    return claimByThem(stage, 0);
  }

  private Claim claimByThem(String stage, int attempts) {
    ClaimOptions options = ClaimOptions.lease(LEASE);
    ClaimResult result =
        theirs.claim(stage, attempts == 0 ? options : options.maxAttempts(attempts));
    assertThat(result).isInstanceOf(ClaimResult.Held.class);
    return ((ClaimResult.Held) result).claim();
  }

  private static SaveOptions value(String text) {
    return SaveOptions.none().payload(TEXT.contentType(), text.getBytes(UTF_8));
  }

  private String run(StageOptions options) {
    return ours.stage("train", options, TEXT, context -> "ours " + runs.incrementAndGet());
  }

  private StageStatus status() {
    return theirs.status().get(0);
  }

  @Test
  void stage_runsOnce_andTheTaskKnowsItsAttemptAndToken() {
    StageResult first =
        ours.stage(
            "train",
            EXCLUSIVE,
            context -> {
              assertThat(context.stage()).isEqualTo("train");
              assertThat(context.attempt()).isEqualTo(1);
              assertThat(context.fencingToken()).isEqualTo(ManualTime.NOON.toEpochMilli());
              assertThat(context.isValid()).isTrue();
              runs.incrementAndGet();
            });
    StageResult second = ours.stage("train", EXCLUSIVE, context -> runs.incrementAndGet());

    assertThat(runs).hasValue(1);
    assertThat(first.ran()).isTrue();
    assertThat(second.skipped()).isTrue();
    Checkpoint checkpoint = first.checkpoint().orElseThrow();
    assertThat(checkpoint.attempt()).hasValue(1);
    assertThat(checkpoint.fencingToken()).hasValue(ManualTime.NOON.toEpochMilli());
  }

  @Test
  void stage_renewsItsClaimBeforeItSaves() {
    run(EXCLUSIVE);

    assertThat(store.calls().stream().map(call -> call.operation() + " " + call.key()))
        .containsExactly(
            "READ train.checkpoint",
            "CREATE train.claim",
            "READ_HEAD train.checkpoint",
            "REPLACE train.claim",
            "CREATE train.checkpoint");
  }

  @Test
  void aWaiter_returnsTheWinnersValue() {
    Claim theirClaim = claimByThem("train");
    machine.meanwhile(() -> {}, () -> {}, () -> theirClaim.complete(value("theirs")));

    assertThat(run(EXCLUSIVE)).isEqualTo("theirs");

    assertThat(runs).hasValue(0);
    assertThat(machine.sleeps()).hasSize(3);
  }

  /** Between the look at the checkpoint and the claim, another worker saves, and its lease ends. */
  @Test
  void aWorkerThatCompletedTheStageMeanwhile_hasNotUsedUpItsAttempts() {
    Claim theirClaim = claimByThem("train", 1);
    store.before(
        1,
        () -> {
          theirClaim.complete(value("theirs"));
          time.pass(LEASE.multipliedBy(2));
        });

    assertThat(run(EXCLUSIVE.atMostOnce())).isEqualTo("theirs");

    assertThat(runs).hasValue(0);
    assertThat(store.calls()).extracting(Call::operation).doesNotContain(Operation.REPLACE);
  }

  @Test
  void aCompletionThatTheStoreRefusesForAMoment_isSentAgain() {
    store.failWhen(call -> isCheckpoint(call) && call.index() == 4, Fault.FAIL_BEFORE);

    assertThatCode(() -> run(EXCLUSIVE)).doesNotThrowAnyException();

    assertThat(theirs.has("train")).isTrue();
    assertThat(runs).hasValue(1);
  }

  @Test
  void aCompletionThatTheStoreRefuses_isGivenUpAfterAThirdOfTheLease() {
    store.failWhen(
        call -> isCheckpoint(call) && call.operation() == Operation.CREATE, Fault.FAIL_BEFORE);

    assertThatThrownBy(() -> run(EXCLUSIVE)).isInstanceOf(StageNotSavedException.class);

    assertThat(Duration.between(ManualTime.NOON, time.instant()))
        .isBetween(LEASE.dividedBy(3).minusSeconds(1), LEASE.dividedBy(3).plusSeconds(1));
    assertThat(status().state()).isEqualTo(StageState.FAILED);
  }

  @Test
  void aWaitersPoll_isTwoReads() {
    Claim theirClaim = claimByThem("train");
    machine.meanwhile(
        () -> {},
        () -> {},
        store::reset,
        () -> {
          assertThat(store.calls())
              .extracting(Call::operation)
              .containsExactly(Operation.READ, Operation.READ_HEAD);
          theirClaim.complete(value("theirs"));
        });

    assertThat(run(EXCLUSIVE)).isEqualTo("theirs");
  }

  @Test
  void aWaiter_takesOverFromTheDead_asTheNextAttempt() {
    claimByThem("train"); // and is never heard of again

    String value =
        ours.stage("train", EXCLUSIVE, TEXT, context -> "ours, attempt " + context.attempt());

    assertThat(value).isEqualTo("ours, attempt 2");
    Duration waited = Duration.between(ManualTime.NOON, time.instant());
    assertThat(waited)
        .isGreaterThan(LEASE.plus(MARGIN))
        .isLessThan(LEASE.plus(MARGIN).plusSeconds(1));
  }

  @Test
  void aValueThatIsTooLargeToSave_isNotWorkedForAgain_untilSomebodySaysSo() {
    String large = "x".repeat((int) CheckpointManager.DEFAULT_MAX_PAYLOAD_BYTES + 1);

    assertThatThrownBy(() -> ours.stage("train", EXCLUSIVE, TEXT, context -> large))
        .isInstanceOf(StageNotSavedException.class)
        .hasMessageContaining("too large");

    assertThatThrownBy(() -> run(EXCLUSIVE))
        .isInstanceOf(AttemptsExhaustedException.class)
        .hasMessageContaining("too large")
        .hasMessageContaining("override the limit");
    assertThat(runs).hasValue(0);
    ClaimOptions again = ClaimOptions.lease(LEASE).overridingMaxAttempts();
    assertThat(run(StageOptions.exclusive(again))).isEqualTo("ours 1");
  }

  @Test
  void aFailure_comesThroughUnchanged_isShown_andAnotherMayTry() {
    var failure = new IOException("disk on fire");

    assertThatThrownBy(
            () ->
                ours.stage(
                    "train",
                    EXCLUSIVE,
                    context -> {
                      throw failure;
                    }))
        .isSameAs(failure);

    assertThat(status().state()).isEqualTo(StageState.FAILED);
    assertThat(status().detail())
        .isEqualTo("attempt 1 by alice on ours, failures: 1: java.io.IOException: disk on fire");
    assertThat(ours.has("train")).isFalse();
    assertThat(run(EXCLUSIVE)).isEqualTo("ours 1");
    assertThat(ours.get("train").orElseThrow().attempt()).hasValue(2);
  }

  @Test
  void atTheMostAttempts_theErrorSaysHowToGoOn() {
    StageOptions twice = StageOptions.exclusive(ClaimOptions.lease(LEASE).maxAttempts(2));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> fail(twice)).isInstanceOf(IllegalStateException.class);
    }

    var exhausted = catchThrowableOfType(AttemptsExhaustedException.class, () -> run(twice));

    assertThat(exhausted.failures()).isEqualTo(2);
    assertThat(exhausted)
        .hasMessageContaining("'train' is not tried again")
        .hasMessageContaining("2 times, the last time in attempt 2 on ours")
        .hasMessageContaining("it broke\\nagain")
        .hasMessageContaining("clear(List.of(stage))");
    assertThat(runs).hasValue(0);
    time.pass(Duration.ofSeconds(10));
    ours.clear(List.of("train"));
    assertThat(run(twice)).isEqualTo("ours 1");
  }

  private void fail(StageOptions options) {
    ours.stage(
        "train",
        options,
        context -> {
          throw new IllegalStateException("it broke\nagain");
        });
  }

  @Test
  void aFailedStage_restsBeforeItIsTriedAgain() {
    StageOptions resting =
        StageOptions.exclusive(
            ClaimOptions.lease(LEASE).backoff(Duration.ofSeconds(30), Duration.ofMinutes(5)));
    assertThatThrownBy(() -> fail(resting)).isInstanceOf(IllegalStateException.class);

    assertThatThrownBy(() -> run(resting.failWhenBusy()))
        .isInstanceOf(StageBusyException.class)
        .hasMessageContaining("it backs off for 30 s more after attempt 1 failed")
        .hasMessageContaining("it broke\\nagain");
    assertThat(run(resting)).isEqualTo("ours 1");
    assertThat(Duration.between(ManualTime.NOON, time.instant()))
        .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
  }

  @Test
  void failWhenBusy_saysWhoHoldsIt_andDoesNotWait() {
    claimByThem("train").progress("unused");

    var busy = catchThrowableOfType(StageBusyException.class, () -> run(EXCLUSIVE.failWhenBusy()));

    assertThat(busy.stages()).containsExactly("train");
    assertThat(busy)
        .hasMessageContaining("attempt 1 runs on theirs (alice, process ")
        .hasMessageContaining("its lease holds until 2026-11-23T12:01:00Z");
    assertThat(machine.sleeps()).isEmpty();
  }

  @Test
  void waitAtMost_endsInBusy_notBefore() {
    claimByThem("train");

    assertThatThrownBy(() -> run(EXCLUSIVE.waitAtMost(Duration.ofSeconds(20))))
        .isInstanceOf(StageBusyException.class)
        .hasMessageContaining("busy still");

    assertThat(Duration.between(ManualTime.NOON, time.instant())).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void anInterruptedWaiter_givesUpAndStaysInterrupted() {
    claimByThem("train");
    machine.meanwhile(() -> {}, () -> Thread.currentThread().interrupt());

    assertThatThrownBy(() -> run(EXCLUSIVE))
        .isInstanceOf(StageBusyException.class)
        .hasMessageContaining("interrupted");

    assertThat(Thread.interrupted()).isTrue();
    assertThat(runs).hasValue(0);
  }

  @Test
  void aClaimLostDuringTheTask_savesNothing_andTheResultIsNotLost() {
    var notSaved =
        catchThrowableOfType(
            StageNotSavedException.class,
            () ->
                ours.stage(
                    "train",
                    EXCLUSIVE,
                    TEXT,
                    context -> {
                      assertThat(theirs.release("train", "it hangs").orElseThrow().host())
                          .isEqualTo("ours");
                      return "hard work";
                    }));

    assertThat(notSaved.result()).isEqualTo("hard work");
    assertThat(notSaved.getCause()).isInstanceOf(ClaimLostException.class);
    assertThat(memory.read("train.checkpoint")).isEmpty();
    assertThat(status().state()).isEqualTo(StageState.PENDING);
    assertThat(status().detail()).contains("it hangs");
  }

  @Test
  void aZombie_savesNothing_andItsSuccessorsRecordStays() {
    assertThatThrownBy(
            () ->
                ours.stage(
                    "train",
                    EXCLUSIVE,
                    TEXT,
                    context -> {
                      machine.suspend(LEASE.plus(MARGIN).plusMillis(1));
                      assertThat(context.isValid()).isFalse();
                      assertThat(theirs.stage("train", EXCLUSIVE, TEXT, c -> "theirs"))
                          .isEqualTo("theirs");
                      return "ours";
                    }))
        .isInstanceOf(StageNotSavedException.class)
        .hasCauseInstanceOf(ClaimLostException.class);

    assertThat(theirs.get("train").orElseThrow().host()).hasValue("theirs");
    assertThat(theirs.get("train").orElseThrow().attempt()).hasValue(2);
  }

  @Test
  void ofACheckpointSavedMeanwhile_theFirstWins_andItsValueIsReturned() {
    String value =
        ours.stage(
            "train",
            EXCLUSIVE,
            TEXT,
            context -> {
              theirs.save("train", value("saved without a claim"));
              return "ours";
            });

    assertThat(value).isEqualTo("saved without a claim");
  }

  @Test
  void aDamagedCheckpoint_isRunAgainAndRepaired_underItsClaim() {
    theirs.save("train", value("first"));
    Records.damageLastByte(memory, "train.checkpoint");

    assertThat(run(EXCLUSIVE)).isEqualTo("ours 1");

    assertThat(theirs.stage("train", TEXT, () -> "never")).isEqualTo("ours 1");
  }

  @Test
  void whenLost_theTaskIsInterrupted_thoughTheCallbackThrows() throws Exception {
    var callbacks = new AtomicInteger();
    var called = new CountDownLatch(1);
    ClaimOptions options =
        ClaimOptions.lease(LEASE)
            .interruptWhenLost()
            .onLost(
                () -> {
                  callbacks.incrementAndGet();
                  called.countDown();
                  throw new IllegalStateException("a bug of the caller's");
                });

    assertThatThrownBy(
            () ->
                ours.stage(
                    "train",
                    StageOptions.exclusive(options),
                    context -> {
                      time.pass(LEASE);
                      new CountDownLatch(1).await(60, TimeUnit.SECONDS);
                    }))
        .isInstanceOf(InterruptedException.class);

    assertThat(called.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(callbacks).hasValue(1);
  }

  @Test
  void aSaveThatIsRefused_isRecordedAsFailure_withoutThePayload() {
    PayloadCodec<String> broken =
        new PayloadCodec<>() {
          @Override
          public String contentType() {
            return "text/plain";
          }

          @Override
          public byte[] encode(String value) throws IOException {
            throw new IOException("cannot encode " + value);
          }

          @Override
          public String decode(byte[] payload) {
            return "";
          }
        };

    assertThatThrownBy(() -> ours.stage("train", EXCLUSIVE, broken, context -> "hunter2"))
        .isInstanceOf(StageNotSavedException.class);

    assertThat(status().state()).isEqualTo(StageState.FAILED);
    assertThat(status().detail())
        .contains("StageNotSavedException", "java.io.IOException")
        .doesNotContain("hunter2");
  }

  @Test
  void aCompletionOfUnknownOutcome_isSentAgain_untilItIsKnown() {
    store.failWhen(
        call -> call.operation() == Operation.CREATE && call.index() < 8 && isCheckpoint(call),
        Fault.LOSE_REQUEST);

    assertThat(run(EXCLUSIVE)).isEqualTo("ours 1");

    assertThat(theirs.has("train")).isTrue();
    assertThat(memory.versions("train.checkpoint")).hasSize(1);
  }

  private static boolean isCheckpoint(Call call) {
    return call.key().equals("train.checkpoint");
  }

  @Test
  void aCompletionThatStaysUnknown_isNeverRecordedAsFailed_norSentAgainWithoutEnd() {
    store.failWhen(
        call -> call.operation() == Operation.CREATE && isCheckpoint(call), Fault.LOSE_REQUEST);

    var notSaved = catchThrowableOfType(StageNotSavedException.class, () -> run(EXCLUSIVE));

    assertThat(notSaved.isOutcomeUnknown()).isTrue();
    assertThat(notSaved.result()).isEqualTo("ours 1");
    assertThat(Duration.between(ManualTime.NOON, time.instant()))
        .isBetween(LEASE.minusSeconds(1), LEASE.plusSeconds(1));
    assertThat(
            memory.versions("train.claim").stream()
                .map(
                    v ->
                        new String(
                            memory.readVersion("train.claim", v.versionId()).content(), UTF_8)))
        .noneMatch(text -> text.startsWith("FAILED"));
  }

  @Test
  void onceUnknown_aCompletionStaysUnknown_howeverTheNextTryFails() {
    store.failWhen(
        call -> call.operation() == Operation.CREATE && isCheckpoint(call) && call.index() < 5,
        Fault.LOSE_REQUEST);
    store.failWhen(
        call -> call.operation() == Operation.CREATE && isCheckpoint(call), Fault.FAIL_BEFORE);

    assertThatThrownBy(() -> run(EXCLUSIVE))
        .isInstanceOfSatisfying(
            StageNotSavedException.class, e -> assertThat(e.isOutcomeUnknown()).isTrue());
  }

  @Test
  void stage_underAnyTwoFaults_runsItsTaskOnceAtMost_andNeverLies() {
    int explored = FaultTree.explore(2, ExclusiveStageTest::stageAndJudge);

    assertThat(explored).isGreaterThanOrEqualTo(267);
  }

  private static List<Call> stageAndJudge(SortedMap<Integer, Fault> plan) {
    var world = new ExclusiveStageTest();
    plan.forEach(world.store::failAt);
    // No heartbeat: whatever time passes here passes at once.
    StageOptions options = StageOptions.exclusive(ClaimOptions.untilDeadline(LEASE));
    List<Call> calls;
    try {
      String value = world.run(options);
      calls = world.store.calls();
      assertThat(value).as("after %s", plan).isEqualTo("ours 1");
      assertThat(world.theirs.has("train")).as("after %s", plan).isTrue();
    } catch (StageNotSavedException e) {
      calls = world.store.calls();
      assertThat(e.result()).as("after %s", plan).isEqualTo("ours 1");
      world.store.landLateWrites();
      if (!e.isOutcomeUnknown()) {
        assertThat(world.memory.read("train.checkpoint")).as("after %s", plan).isEmpty();
      }
    } catch (CheckpointException e) {
      calls = world.store.calls();
      assertThat(world.runs).as("not run when it cannot be told: %s", plan).hasValue(0);
    }
    assertThat(world.runs.get()).as("after %s", plan).isLessThanOrEqualTo(1);
    world.store.landLateWrites();
    // Whatever was left behind, some worker completes the stage.
    assertThat(world.theirs.stage("train", options, TEXT, context -> "theirs"))
        .as("after %s", plan)
        .isIn("ours 1", "theirs");
    world.close();
    return calls;
  }

  @Test
  void stage_withAHostileName_isShownOnOneLine() {
    String name = "forged\n[main] INFO all is well";
    claimByThem(name);

    assertThatThrownBy(
            () -> ours.stage(name, EXCLUSIVE.failWhenBusy(), context -> runs.incrementAndGet()))
        .isInstanceOf(StageBusyException.class)
        .hasMessageContaining("forged\\n[main]")
        .hasMessageNotContaining("\n");
    assertThat(theirs.release(name, "two\nlines")).isPresent();
    assertThat(status().detail()).contains("two\\nlines");
  }

  @Test
  void runningAgain_replacesWhatWasSeen_andAWaiterReturnsTheNewValue() {
    Checkpoint seen = theirs.save("train", value("first")).checkpoint().orElseThrow();
    StageOptions again = StageOptions.exclusive(ClaimOptions.lease(LEASE).rerun(seen));
    var other =
        ((ClaimResult.Held) theirs.claim("train", ClaimOptions.lease(LEASE).rerun(seen))).claim();
    machine.meanwhile(() -> {}, () -> other.complete(value("second")));

    assertThat(run(again)).as("the other ran it again").isEqualTo("second");
    assertThat(runs).hasValue(0);

    Checkpoint second = theirs.get("train").orElseThrow();
    assertThat(run(StageOptions.exclusive(ClaimOptions.lease(LEASE).rerun(second))))
        .as("over the claim that completed it, however young")
        .isEqualTo("ours 1");
    assertThat(theirs.get("train").orElseThrow().fencingToken().orElseThrow())
        .isGreaterThan(second.fencingToken().orElseThrow());
  }

  @Test
  void runningAgain_whatIsGoneOrOfAnotherStage_isRefused_andRunsNothing() {
    Checkpoint seen = theirs.save("train", value("first")).checkpoint().orElseThrow();
    StageOptions again = StageOptions.exclusive(ClaimOptions.lease(LEASE).rerun(seen));

    theirs.save("other");
    assertThatThrownBy(() -> ours.claim("other", ClaimOptions.lease(LEASE).rerun(seen)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("'train'");
    assertThat(memory.read("other.claim")).isEmpty();
    theirs.clear();
    assertThatThrownBy(() -> run(again)).isInstanceOf(CheckpointConflictException.class);
    assertThat(runs).hasValue(0);
  }
}
