package io.github.checkpointmanager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.ForwardingStore;
import io.github.checkpointmanager.store.Listing;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultTree;
import io.github.checkpointmanager.testing.FaultyStore;
import io.github.checkpointmanager.testing.FaultyStore.Call;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import io.github.checkpointmanager.testing.FaultyStore.Operation;
import io.github.checkpointmanager.testing.ManualTime;
import io.github.checkpointmanager.testing.Records;
import io.github.checkpointmanager.testing.TimelessStore;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Claims by hand: their ends, their states, clears, and managers that close. */
class ClaimTest {
  private static final Duration LEASE = Duration.ofSeconds(60);
  private static final Duration MARGIN = Duration.ofSeconds(3);
  private static final ClaimOptions OPTIONS = ClaimOptions.lease(LEASE);

  private final ManualTime time = new ManualTime();
  private final MemoryStore memory = new MemoryStore(time);
  private final FaultyStore store = FaultyStore.around(memory);
  private final ManualTime.Machine machine = time.machine();
  private final CheckpointManager ours = manager(store, "ours");
  private final CheckpointManager theirs = manager(memory, "theirs");

  private CheckpointManager manager(CheckpointStore over, String host) {
    return CheckpointManager.builder().store(over).timing(machine).user("alice").host(host).open();
  }

  @AfterEach
  void close() {
    ours.close();
    theirs.close();
  }

  private static Claim held(ClaimResult result) {
    assertThat(result).isInstanceOf(ClaimResult.Held.class);
    return ((ClaimResult.Held) result).claim();
  }

  private StageState state(String stage) {
    return theirs.status().stream()
        .filter(status -> status.stage().equals(stage))
        .map(StageStatus::state)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void lease_isBetweenFiveSecondsAndAYear() {
    for (Duration wrong : List.of(Duration.ofMillis(4_999), Duration.ZERO, Duration.ofDays(366))) {
      assertThatThrownBy(() -> ClaimOptions.lease(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Use at ");
      assertThatThrownBy(() -> ClaimOptions.untilDeadline(wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
    held(ours.claim("a", ClaimOptions.lease(Duration.ofDays(365)))).close();
    held(ours.claim("a", ClaimOptions.lease(Duration.ofSeconds(5)))).close();
  }

  @Test
  void states_areDerivedFromTheRecords() {
    assertThat(ours.status()).isEmpty();
    Claim claim = held(ours.claim("a", OPTIONS));
    assertThat(state("a")).isEqualTo(StageState.RUNNING);
    time.pass(LEASE.plus(MARGIN).plusNanos(1));
    assertThat(state("a")).isEqualTo(StageState.LATE);
    claim.close();
    Claim second = held(theirs.claim("a", OPTIONS));
    second.fail(new IllegalStateException("it broke"));
    assertThat(state("a")).isEqualTo(StageState.FAILED);
    Claim third = held(ours.claim("a", OPTIONS));
    third.release();
    assertThat(state("a")).isEqualTo(StageState.PENDING);
    held(ours.claim("a", OPTIONS)).complete();
    assertThat(state("a")).isEqualTo(StageState.COMPLETED);
    assertThat(ours.get("a").orElseThrow().attempt()).hasValue(4);
    Records.putCheckpoint(memory, "a", "junk");
    assertThat(theirs.status().get(0).presumed()).isTrue();
    assertThat(theirs.verifiedStatus().get(0).state()).isEqualTo(StageState.CORRUPT);
  }

  @Test
  void aCompletedCheckpoint_beatsWhateverTheClaimSays() {
    theirs.save("a");
    for (State state : List.of(State.RUNNING, State.FAILED, State.RELEASED)) {
      Records.putClaim(memory, "a", state, "PT1H");
      assertThat(state("a")).isEqualTo(StageState.COMPLETED);
      assertThat(ours.stage("a", StageOptions.exclusive(LEASE), context -> {}).skipped()).isTrue();
    }
  }

  @Test
  void claim_ofAStageCompletedMeanwhile_saysSoAndIsReleased() {
    theirs.save("a");

    assertThat(ours.claim("a", OPTIONS)).isInstanceOf(ClaimResult.Completed.class);

    assertThat(new String(memory.read("a.claim").orElseThrow().content(), UTF_8))
        .startsWith("RELEASED");
  }

  @Test
  void claim_whenTheCheckpointCannotBeRead_leavesNoClaimBehind() {
    store.failAt(1, Fault.FAIL_BEFORE);

    assertThatThrownBy(() -> ours.claim("a", OPTIONS))
        .isInstanceOf(StoreUnavailableException.class);

    held(theirs.claim("a", OPTIONS));
  }

  @Test
  void complete_ofALostClaim_savesNothing() {
    Claim claim = held(ours.claim("a", OPTIONS));
    theirs.release("a", "by force");

    assertThatThrownBy(claim::complete)
        .isInstanceOf(ClaimLostException.class)
        .hasMessageContaining("nothing was saved");
    assertThatThrownBy(claim::renew).isInstanceOf(ClaimLostException.class);
    assertThat(claim.isValid()).isFalse();
    assertThat(memory.read("a.checkpoint")).isEmpty();
  }

  @Test
  void complete_ofADeadlineClaim_renewsForTheRemainingTimeOnly() {
    Claim claim = held(ours.claim("a", ClaimOptions.untilDeadline(LEASE)));
    time.pass(Duration.ofSeconds(50));
    store.failWhen(
        call -> call.key().equals("a.checkpoint") && call.operation() == Operation.CREATE,
        Fault.FAIL_BEFORE);

    assertThatThrownBy(claim::complete).isInstanceOf(StoreUnavailableException.class);

    assertThat(time.instant().plus(claim.remaining())).isEqualTo(ManualTime.NOON.plus(LEASE));
    assertThat(new String(memory.read("a.claim").orElseThrow().content(), UTF_8))
        .contains("Lease: " + claim.remaining() + "\n");
  }

  @Test
  void complete_whenInterruptedWhileTheStoreFails_saysSo_andTheClaimIsHeldStill() {
    Claim claim = held(ours.claim("a", OPTIONS));
    store.reset();
    store.failWhen(call -> call.operation() == Operation.REPLACE, Fault.FAIL_BEFORE);
    machine.meanwhile(() -> Thread.currentThread().interrupt());

    assertThatThrownBy(claim::complete)
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("interrupted")
        .hasMessageContaining("nothing was saved");
    assertThat(Thread.interrupted()).isTrue();
    store.reset();

    assertThat(claim.isValid()).isTrue();
    assertThat(claim.complete().isSaved()).isTrue();
  }

  @Test
  void complete_afterTheTaskWasInterrupted_isTriedAgainAllTheSame_andTheInterruptIsDelivered() {
    for (int failing = 0; failing < 2; failing++) {
      Claim claim = held(ours.claim("a" + failing, OPTIONS));
      store.reset();
      store.failAt(failing, Fault.LOSE_REQUEST);
      Thread.currentThread().interrupt();

      assertThatCode(claim::complete).doesNotThrowAnyException();

      assertThat(Thread.interrupted()).isTrue();
      assertThat(theirs.has("a" + failing)).isTrue();
    }
  }

  @Test
  void complete_whoseFirstTryWasUndone_isNotSentAgain() {
    Claim claim = held(ours.claim("a", OPTIONS));
    store.reset();
    store.failAt(1, Fault.LOSE_REPLY);
    store.failAt(2, Fault.FAIL_BEFORE); // it is not read back either
    machine.meanwhile(
        () -> {
          Checkpoint done = theirs.get("a").orElseThrow();
          held(theirs.claim("a", OPTIONS.rerun(done))).withdraw();
        });

    assertThatThrownBy(claim::complete).isInstanceOf(OutcomeUnknownException.class);

    assertThat(theirs.has("a")).as("what was undone stays undone").isFalse();
    assertThat(claim.isValid()).isFalse();
  }

  @Test
  void withdraw_deletesTheCheckpointThatWasSeen_andNoOther() {
    theirs.save("a");
    Claim undoing = held(ours.claim("a", OPTIONS.rerun(theirs.get("a").orElseThrow())));
    theirs.replace(theirs.get("a").orElseThrow(), SaveOptions.none().meta("by", "hand"));

    assertThatThrownBy(undoing::withdraw)
        .isInstanceOf(CheckpointConflictException.class)
        .hasMessageContaining("was not deleted: another one is current than was seen");

    assertThat(theirs.get("a").orElseThrow().meta()).containsEntry("by", "hand");
    assertThat(undoing.isValid()).isTrue();
  }

  @Test
  void complete_underAnyTwoFaults_neverLies() {
    int runs = FaultTree.explore(2, ClaimTest::completeAndJudge);

    assertThat(runs).isGreaterThanOrEqualTo(115);
  }

  private static List<Call> completeAndJudge(SortedMap<Integer, Fault> plan) {
    var world = new ClaimTest();
    Claim claim = held(world.ours.claim("a", ClaimOptions.untilDeadline(LEASE)));
    world.store.reset();
    plan.forEach(world.store::failAt);
    List<Call> calls;
    try {
      SaveResult result = claim.complete();
      calls = world.store.calls();
      assertThat(result.isSaved()).as("after %s", plan).isTrue();
      assertThat(world.theirs.get("a").orElseThrow().fencingToken())
          .as("after %s", plan)
          .hasValue(claim.fencingToken());
    } catch (ClaimLostException | StoreUnavailableException e) {
      calls = world.store.calls();
      world.store.landLateWrites();
      assertThat(world.memory.read("a.checkpoint")).as("nothing saved: %s", plan).isEmpty();
    } catch (OutcomeUnknownException e) {
      calls = world.store.calls();
      world.store.landLateWrites();
      world.store.reset();
      assertThat(e.retry().isSaved()).as("after %s", plan).isTrue();
    }
    world.store.landLateWrites();
    assertThat(world.memory.versions("a.checkpoint").size())
        .as("one checkpoint: %s", plan)
        .isLessThanOrEqualTo(1);
    world.close();
    return calls;
  }

  @Test
  void complete_whileAnotherTakesOverBetweenAnyTwoCalls_leavesOneCheckpointThatBothKnow() {
    for (int turn = 0; turn < 4; turn++) {
      var world = new ClaimTest();
      Claim claim = held(world.ours.claim("a", ClaimOptions.untilDeadline(LEASE)));
      world.store.reset();
      var rival = new SaveResult[1];
      world.store.before(
          turn,
          () -> {
            world.theirs.release("a", "by force");
            ClaimResult taken = world.theirs.claim("a", OPTIONS);
            rival[0] = held(taken).complete();
          });
      SaveResult result;
      try {
        result = claim.complete();
      } catch (ClaimLostException e) {
        result = null;
      }
      Checkpoint current = world.theirs.get("a").orElseThrow();
      if (rival[0] != null) {
        assertThat(rival[0].checkpoint().orElseThrow().writeId()).isEqualTo(current.writeId());
      }
      if (result != null) {
        assertThat(result.checkpoint().orElseThrow().writeId()).isEqualTo(current.writeId());
      }
      assertThat(world.memory.versions("a.checkpoint")).hasSize(1);
      world.close();
    }
  }

  @Test
  void complete_withBestEffort_isSentAgainToo_andTheClaimIsNotLostWithIt() {
    var lenient =
        CheckpointManager.builder()
            .store(store)
            .timing(machine)
            .failureMode(FailureMode.BEST_EFFORT)
            .open();
    Claim claim = held(lenient.claim("a", OPTIONS));
    store.reset();
    store.failAt(1, Fault.LOSE_REQUEST);
    assertThat(claim.complete().isSaved()).isTrue();

    Claim second = held(lenient.claim("b", OPTIONS));
    store.failWhen(call -> call.key().equals("b.checkpoint"), Fault.FAIL_BEFORE);
    assertThat(second.complete().outcome()).isEqualTo(SaveResult.Outcome.NOT_SAVED);
    assertThat(second.isValid()).isTrue();
    store.reset();
    assertThat(second.complete().isSaved()).isTrue();
    lenient.close();
  }

  @Test
  void fail_whoseWriteIsLost_isSentAgainByClose_asAFailure() {
    Claim claim = held(ours.claim("a", OPTIONS));
    store.reset();
    store.failAt(0, Fault.LOSE_REQUEST);
    claim.fail(new IllegalStateException("it broke"));
    assertThat(claim.isValid()).isFalse();

    claim.close();

    assertThat(state("a")).isEqualTo(StageState.FAILED);
    assertThat(theirs.status().get(0).holder().orElseThrow().failures()).isEqualTo(1);
  }

  @Test
  void close_isIdempotent_andReleasesNoFailure() {
    Claim claim = held(ours.claim("a", OPTIONS));
    claim.fail(new IllegalStateException("it broke"));
    store.reset();

    claim.close();
    claim.close();

    assertThat(store.calls()).isEmpty();
    assertThat(state("a")).isEqualTo(StageState.FAILED);
  }

  @Test
  void endings_areOneRequest() {
    Claim failing = held(ours.claim("a", OPTIONS));
    Claim leaving = held(ours.claim("b", OPTIONS));
    Claim renewing = held(ours.claim("c", OPTIONS));
    store.reset();
    failing.fail(new IllegalStateException());
    leaving.release();
    renewing.renew();
    renewing.progress("no request");

    assertThat(store.calls())
        .extracting(Call::operation)
        .containsExactly(Operation.REPLACE, Operation.REPLACE, Operation.REPLACE);
  }

  @Test
  void aClosedManager_renewsNothing_andClaimsNothing() {
    Claim claim = held(ours.claim("a", OPTIONS));
    ours.close();
    store.reset();

    assertThatThrownBy(() -> ours.claim("b", OPTIONS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThat(store.calls()).isEmpty();
    assertThat(claim.isValid()).as("as long as its lease").isTrue();
    assertThat(claim.complete().isSaved()).isTrue();

    Claim other = held(theirs.claim("b", OPTIONS));
    theirs.close();
    time.pass(LEASE);
    assertThat(other.isValid()).isFalse();
    assertThatThrownBy(other::complete).isInstanceOf(ClaimLostException.class);
  }

  @Test
  void clear_isRefusedWhileAClaimIsLive_andItsHolderGoesOn() {
    Claim claim = held(ours.claim("a", OPTIONS));

    assertThatThrownBy(theirs::clear)
        .isInstanceOf(StageBusyException.class)
        .hasMessageContaining("'a'");
    assertThat(claim.complete().isSaved()).isTrue();
  }

  @Test
  void clear_byForce_loses_theHolder_andTheNextTokenIsGreater() {
    Claim claim = held(ours.claim("a", OPTIONS));
    long before = claim.fencingToken();

    theirs.clear(ClearOptions.standard().withForce());

    assertThat(machine.sleeps()).as("it waits for the store's clock").hasSize(1);
    Claim next = held(theirs.claim("a", OPTIONS));
    assertThat(next.fencingToken()).isGreaterThan(before);
    assertThat(next.attempt()).isEqualTo(1);
    assertThatThrownBy(claim::complete).isInstanceOf(ClaimLostException.class);
    claim.close();
    assertThat(next.isValid()).isTrue();
    next.renew();
  }

  @Test
  void tokens_growAcrossAnyNumberOfClears_thoughAllIsDoneAtOnce() {
    long last = 0;
    for (int i = 0; i < 5; i++) {
      for (int attempt = 0; attempt < 3; attempt++) {
        Claim claim = held(ours.claim("a", OPTIONS));
        assertThat(claim.fencingToken()).isGreaterThan(last);
        last = claim.fencingToken();
        claim.fail(new IllegalStateException());
      }
      if (i % 2 == 0) {
        theirs.clear();
      } else {
        theirs.clear(List.of("a"));
      }
    }
  }

  @Test
  void clear_deletesAClaim_onlyFourSecondsAfterItWasLastWritten() {
    for (Runnable clear : List.<Runnable>of(theirs::clear, () -> theirs.clear(List.of("a")))) {
      for (Duration age : List.of(Duration.ZERO, Duration.ofMillis(1500), Duration.ofSeconds(4))) {
        held(ours.claim("a", OPTIONS)).fail(new IllegalStateException());
        time.pass(age);
        int before = machine.sleeps().size();

        clear.run();

        Duration waited =
            machine.sleeps().stream().skip(before).reduce(Duration.ZERO, Duration::plus);
        assertThat(waited).isEqualTo(Duration.ofSeconds(4).minus(age));
        assertThat(memory.read("a.claim")).isEmpty();
      }
    }
  }

  @Test
  void clear_whenAClaimIsTakenWhileItWaits_isRefused() {
    held(ours.claim("a", OPTIONS)).fail(new IllegalStateException());
    Claim[] meanwhile = new Claim[1];
    machine.meanwhile(() -> meanwhile[0] = held(ours.claim("a", OPTIONS)));

    assertThatThrownBy(theirs::clear).isInstanceOf(StageBusyException.class);

    assertThat(meanwhile[0].complete().isSaved()).isTrue();
  }

  @Test
  void clear_whenInterruptedWhileItWaits_deletesNothing() {
    held(ours.claim("a", OPTIONS)).fail(new IllegalStateException());
    machine.meanwhile(() -> Thread.currentThread().interrupt());

    assertThatThrownBy(theirs::clear)
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("Nothing was deleted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(memory.read("a.claim")).isPresent();
  }

  @Test
  void claim_withoutTheStoresTime_remembersWhatItWatched() {
    held(theirs.claim("a", ClaimOptions.untilDeadline(LEASE)));
    CheckpointManager watching = manager(new TimelessStore(memory), "watching");
    assertThat(watching.claim("a", OPTIONS)).isInstanceOf(ClaimResult.Busy.class);
    time.pass(LEASE.plus(MARGIN));
    assertThat(watching.claim("a", OPTIONS)).isInstanceOf(ClaimResult.Busy.class);
    time.pass(Duration.ofNanos(1));

    assertThat(held(watching.claim("a", OPTIONS)).attempt()).isEqualTo(2);
    watching.close();
  }

  @Test
  void status_isNotBrokenByOneHostileClaim() {
    held(ours.claim("good", OPTIONS));
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(Header.STAGE, "bad");
    headers.put(Header.OWNER, "somebody");
    headers.put(Header.ATTEMPT, "1");
    headers.put(Header.LEASE, "PT2562047788015215H30M7S");
    headers.put(Header.PROGRESS, "two\nlines");
    Records.put(memory, "bad.claim", Records.encoded(State.RUNNING, headers, Optional.empty()));

    assertThat(theirs.status())
        .extracting(StageStatus::state)
        .containsExactly(StageState.RUNNING, StageState.RUNNING);
    assertThat(theirs.status().get(0).detail()).contains("two\\nlines");
    assertThatThrownBy(
            () -> ours.stage("bad", StageOptions.exclusive(LEASE).waitAtMost(LEASE), context -> {}))
        .isInstanceOf(StageBusyException.class);
  }

  @Test
  void statusBelow_tellsEachLevel_andPassesStrangersThatCanBeNoLocation() {
    held(ours.claim("a", OPTIONS));
    Records.put(memory, "run1/b.checkpoint", "COMPLETED\n".getBytes(UTF_8));
    Records.put(memory, "run2/deep/c.checkpoint", "COMPLETED\n".getBytes(UTF_8));
    Records.put(memory, "strangers/readme.txt", "hello".getBytes(UTF_8));
    CheckpointStore withAnEmptySegment =
        new ForwardingStore(memory) {
          @Override
          public Listing list(String prefix) {
            if (prefix.equals("//")) {
              throw new StoreException(
                  StoreException.Kind.INVALID, "The key is refused", "it is empty", "Name it");
            }
            Listing listing = super.list(prefix);
            return () -> {
              var pages = listing.iterator();
              return new Iterator<Listing.Page>() {
                @Override
                public boolean hasNext() {
                  return pages.hasNext();
                }

                @Override
                public Listing.Page next() {
                  Listing.Page page = pages.next();
                  var children = new ArrayList<>(page.children());
                  if (prefix.isEmpty()) {
                    children.add("//");
                  }
                  return new Listing.Page(page.objects(), children, page.storeTime());
                }
              };
            };
          }
        };

    List<LocationStatus> all = manager(withAnEmptySegment, "any").statusBelow();

    assertThat(all.stream().map(l -> l.path() + " " + l.stages().get(0).state()))
        .containsExactly(" RUNNING", "run1 COMPLETED", "run2/deep COMPLETED");
  }

  @Test
  void release_byForce_saysWhose_alsoWhenItCannotBeRead() {
    assertThat(theirs.release("a", "why not")).isEmpty();
    held(ours.claim("a", OPTIONS));
    ClaimInfo holder = theirs.release("a", "it hangs").orElseThrow();
    assertThat(holder.host()).isEqualTo("ours");
    assertThat(holder.renewedAt()).isEqualTo(time.instant());
    assertThat(theirs.release("a", "again")).as("nothing runs").isEmpty();

    Records.put(memory, "b.claim", "junk".getBytes(UTF_8));
    assertThat(ours.claim("b", OPTIONS))
        .isInstanceOfSatisfying(
            ClaimResult.Busy.class, busy -> assertThat(busy.reason()).contains("cannot be read"));
    assertThat(theirs.release("b", "unreadable").orElseThrow().host()).isEqualTo("unknown");
    held(ours.claim("b", OPTIONS));
  }

  private static final ClaimOptions TWICE = OPTIONS.maxAttempts(2);

  private Checkpoint completed(CheckpointManager worker, ClaimOptions options) {
    return held(worker.claim("s", options)).complete().checkpoint().orElseThrow();
  }

  @Test
  void attempts_countSinceTheLastCompletion() {
    held(ours.claim("s", TWICE)).fail("it broke");
    Checkpoint first = completed(ours, TWICE);
    time.pass(Duration.ofHours(1));
    held(ours.claim("s", TWICE.rerun(first))).fail("it broke again");

    Claim second = held(granted("s", TWICE.rerun(first)));

    second.fail("and again");
    assertThatThrownBy(() -> ours.claim("s", TWICE.rerun(first)))
        .isInstanceOf(AttemptsExhaustedException.class);
  }

  /** Through plain writes, the checkpoint loses the token of the claim that completed it. */
  @Test
  void aFinishedClaim_isNoFailure_whenItsCheckpointWasReplacedWithoutAClaim() {
    Checkpoint first = completed(ours, OPTIONS);
    time.pass(LEASE.plus(MARGIN).plusSeconds(1));
    Checkpoint plain = ours.replace(first, SaveOptions.none()).checkpoint().orElseThrow();
    assertThat(plain.fencingToken()).isEmpty();

    Claim again = held(granted("s", OPTIONS.maxAttempts(1).rerun(plain)));

    assertThat(again.isValid()).isTrue();
  }

  /** What claiming returns; a refusal is a failed assertion. */
  private ClaimResult granted(String stage, ClaimOptions options) {
    List<ClaimResult> results = new ArrayList<>();
    assertThatCode(() -> results.add(ours.claim(stage, options))).doesNotThrowAnyException();
    return results.get(0);
  }

  /** The worker ended before it could release its claim beside another's checkpoint. */
  @Test
  void aFinishedClaim_isNoFailure_thoughItWasWrittenAfterItsCheckpoint() {
    Claim claim = held(ours.claim("s", OPTIONS));
    Checkpoint plain = theirs.save("s").checkpoint().orElseThrow();
    time.pass(Duration.ofSeconds(2));
    AtomicInteger writes = new AtomicInteger();
    store.failWhen(
        call -> call.key().endsWith(".claim") && writes.incrementAndGet() > 1,
        FaultyStore.Fault.FAIL_BEFORE);
    assertThat(claim.complete().outcome()).isEqualTo(SaveResult.Outcome.ALREADY_SAVED);
    assertThat(writes).hasValueGreaterThan(1);
    store.reset();
    time.pass(LEASE.plus(MARGIN).plusSeconds(1));

    assertThat(held(ours.claim("s", OPTIONS.maxAttempts(1).rerun(plain))).isValid()).isTrue();
  }

  @Test
  void complete_afterAnotherCompletedTheStage_releasesTheClaim_andForgetsTheFailures() {
    held(ours.claim("s", OPTIONS)).fail("it broke");
    time.pass(Duration.ofSeconds(30));
    Claim claim = held(ours.claim("s", OPTIONS));
    Checkpoint plain = theirs.save("s").checkpoint().orElseThrow();
    time.pass(Duration.ofSeconds(2));

    assertThat(claim.complete().outcome()).isEqualTo(SaveResult.Outcome.ALREADY_SAVED);

    assertThat(theirs.status())
        .extracting(StageStatus::state)
        .containsExactly(StageState.COMPLETED);
    assertThat(held(theirs.claim("s", OPTIONS.maxAttempts(1).rerun(plain))).isValid()).isTrue();
  }

  @Test
  void aRerunThatDiedBeforeItsCheckpointWasSaved_isAFailure() {
    Checkpoint first = completed(ours, OPTIONS);
    time.pass(Duration.ofMinutes(5));
    Claim dying = held(ours.claim("s", OPTIONS.atMostOnce().rerun(first)));
    store.failWhen(call -> call.key().endsWith(".checkpoint"), FaultyStore.Fault.FAIL_BEFORE);
    assertThatThrownBy(dying::complete).isInstanceOf(CheckpointException.class);
    time.pass(LEASE.plus(MARGIN).plusSeconds(1));

    assertThatThrownBy(() -> theirs.claim("s", OPTIONS.rerun(first)))
        .isInstanceOf(AttemptsExhaustedException.class);
  }

  /** The reply to its creation was lost, and so was the first look for it. */
  @Test
  void aClaimThatWasNeverUsed_isNoAttempt() {
    store.failWhen(
        call -> call.operation() == Operation.CREATE && call.key().equals("s.claim"),
        Fault.LOSE_REPLY);
    store.failWhen(call -> call.key().equals("s.claim") && call.index() == 1, Fault.FAIL_BEFORE);
    assertThatThrownBy(() -> ours.claim("s", OPTIONS.atMostOnce()))
        .isInstanceOf(OutcomeUnknownException.class);
    time.pass(LEASE.multipliedBy(2));

    assertThatCode(() -> theirs.claim("s", OPTIONS.atMostOnce())).doesNotThrowAnyException();
  }

  @Test
  void attemptsThatAreUsedUp_areOfNoInterestBesideACheckpoint() throws InterruptedException {
    held(ours.claim("s", OPTIONS.atMostOnce())).fail("it broke");
    StageClaimer waiter = ours.claimer("s");
    theirs.save("s");
    List<ClaimResult> results = new ArrayList<>();

    assertThatCode(() -> results.add(waiter.tryClaim(OPTIONS.atMostOnce())))
        .doesNotThrowAnyException();

    assertThat(results.get(0)).isInstanceOf(ClaimResult.Completed.class);
  }

  /** The machine slept while a completion was unknown: only a renewal tells whether it holds. */
  @Test
  void complete_afterASuspension_isSentAgain() {
    Claim claim = held(ours.claim("s", OPTIONS));
    store.reset();
    store.failAt(1, Fault.LOSE_REQUEST).before(1, () -> machine.suspend(Duration.ofSeconds(20)));

    assertThatCode(claim::complete).doesNotThrowAnyException();

    assertThat(theirs.has("s")).isTrue();
  }

  /** It was copied, without its claim, from a store whose clock is ahead. */
  @Test
  void runningAgain_aCheckpointOfAGreaterToken_hasOneHolder() {
    ManualTime ahead = new ManualTime();
    ahead.pass(Duration.ofHours(1));
    MemoryStore other = new MemoryStore(ahead);
    completed(manager(other, "other"), OPTIONS);
    memory.create("s.checkpoint", other.read("s.checkpoint").orElseThrow().content());
    time.pass(Duration.ofMinutes(5));
    Checkpoint copied = ours.get("s").orElseThrow();
    assertThat(copied.fencingToken().getAsLong()).isGreaterThan(time.instant().toEpochMilli());

    held(ours.claim("s", OPTIONS.rerun(copied))).renew();

    assertThat(theirs.claim("s", OPTIONS.rerun(copied))).isInstanceOf(ClaimResult.Busy.class);
  }

  private Instant second(String key) {
    return memory.read(key).orElseThrow().lastModified().truncatedTo(ChronoUnit.SECONDS);
  }

  @Test
  void runningAgain_makesItsClaimNewerThanTheCheckpoint_beforeTheWork() {
    Checkpoint first = completed(ours, OPTIONS);

    Claim again = held(ours.claim("s", OPTIONS.rerun(first)));

    assertThat(second("s.claim")).isAfter(second("s.checkpoint"));
    assertThat(again.isValid()).isTrue();
    again.release();
    Checkpoint plain = ours.replace(first, SaveOptions.none()).checkpoint().orElseThrow();
    CheckpointManager timeless = manager(new TimelessStore(memory), "timeless");
    held(timeless.claim("s", OPTIONS.rerun(plain)));
    assertThat(second("s.claim")).as("without a clock").isAfter(second("s.checkpoint"));
  }

  /** Nothing has run under the claim, so nothing is lost: the worker may ask again. */
  @Test
  void runningAgain_whenItsClaimIsTakenAwayBeforeTheWork_isBusy() {
    Checkpoint first = completed(ours, OPTIONS);
    machine.meanwhile(() -> memory.delete(Stream.of(new Deletion("s.claim", Optional.empty()))));
    AtomicBoolean lost = new AtomicBoolean();

    List<ClaimResult> results = new ArrayList<>();
    assertThatCode(
            () -> results.add(ours.claim("s", OPTIONS.rerun(first).onLost(() -> lost.set(true)))))
        .doesNotThrowAnyException();

    assertThat(results)
        .singleElement()
        .isInstanceOfSatisfying(
            ClaimResult.Busy.class,
            busy -> assertThat(busy.reason()).contains("before the work began"));
    assertThat(lost).isFalse();
  }

  @Test
  void runningAgain_ofAnOldCheckpoint_costsNoRenewal() {
    Checkpoint first = completed(ours, OPTIONS);
    time.pass(Duration.ofSeconds(2));
    store.reset();

    held(ours.claim("s", OPTIONS.rerun(first)));

    assertThat(store.calls())
        .extracting(FaultyStore.Call::operation)
        .containsExactly(
            FaultyStore.Operation.CREATE,
            FaultyStore.Operation.READ_HEAD,
            FaultyStore.Operation.REPLACE,
            FaultyStore.Operation.READ_HEAD);
    assertThat(second("s.claim")).isAfter(second("s.checkpoint"));
  }

  @Test
  void atMostOnce_countsAnAttemptThatEndedWithoutAResult() {
    try (Claim claim = held(ours.claim("s", OPTIONS.atMostOnce()))) {
      assertThat(claim.maxAttempts()).isEqualTo(1);
    }

    assertThatThrownBy(() -> theirs.claim("s", OPTIONS))
        .isInstanceOf(AttemptsExhaustedException.class)
        .hasMessageContaining("its limit is 1")
        .hasMessageContaining("overridingMaxAttempts");
    assertThat(held(theirs.claim("s", OPTIONS.overridingMaxAttempts())).maxAttempts()).isZero();
  }

  @Test
  void atMostOnce_doesNotCountWhatNeverBegan() {
    held(ours.claim("s", OPTIONS.atMostOnce())).release("the command could not be started");

    assertThat(held(theirs.claim("s", OPTIONS)).maxAttempts()).isEqualTo(1);
  }

  @Test
  void withoutAClock_aWorkerThatDoesNotWait_watchesADeadOnesClaim_andTakesItOver() {
    held(theirs.claim("s", OPTIONS));
    time.pass(Duration.ofHours(1));
    CheckpointManager timeless = manager(new TimelessStore(memory), "timeless");
    Instant before = time.instant();

    assertThatCode(
            () ->
                timeless.stage("s", StageOptions.exclusive(OPTIONS).failWhenBusy(), context -> {}))
        .doesNotThrowAnyException();

    assertThat(timeless.get("s").orElseThrow().attempt()).hasValue(2);
    assertThat(Duration.between(before, time.instant()))
        .isBetween(LEASE.plus(MARGIN), LEASE.plus(MARGIN).plusSeconds(2));
  }

  /** How much of the back-off is over is not known. */
  @ParameterizedTest
  @ValueSource(strings = {"PT10S", "PT24H"})
  void withoutAClock_aWorkerThatDoesNotWait_watchesAStageThatBacksOff_andTakesIt(Duration pause) {
    ClaimOptions options = OPTIONS.backoff(pause, pause);
    held(theirs.claim("s", options)).fail("the network was down");
    CheckpointManager timeless = manager(new TimelessStore(memory), "timeless");
    Instant before = time.instant();

    assertThatCode(
            () ->
                timeless.stage("s", StageOptions.exclusive(options).failWhenBusy(), context -> {}))
        .doesNotThrowAnyException();

    assertThat(timeless.get("s").orElseThrow().attempt()).hasValue(2);
    assertThat(Duration.between(before, time.instant()))
        .isLessThanOrEqualTo(LEASE.plus(MARGIN).plusSeconds(2));
  }

  @Test
  void withoutAClock_aWorkerThatDoesNotWait_givesUp_whenTheClaimIsRenewed_orItsLeaseIsLonger() {
    Claim living = held(theirs.claim("s", OPTIONS));
    CheckpointManager timeless = manager(new TimelessStore(memory), "timeless");
    StageOptions impatient = StageOptions.exclusive(OPTIONS).failWhenBusy();
    machine.meanwhile(() -> {}, living::renew);

    assertThatThrownBy(() -> timeless.stage("s", impatient, context -> {}))
        .isInstanceOf(StageBusyException.class)
        .hasMessageContaining("the store's time is not known");
    assertThat(Duration.between(ManualTime.NOON, time.instant())).isLessThan(LEASE);

    held(theirs.claim("long", ClaimOptions.lease(Duration.ofHours(2))));
    Instant before = time.instant();
    assertThatThrownBy(() -> timeless.stage("long", impatient, context -> {}))
        .isInstanceOf(StageBusyException.class)
        .hasMessageContaining("watched for 7560 s more");
    assertThat(time.instant()).as("at once").isEqualTo(before);
  }

  @Test
  void aWorker_waitsAnHourByDefault() {
    held(theirs.claim("s", ClaimOptions.lease(Duration.ofHours(9))));

    assertThatThrownBy(() -> ours.stage("s", StageOptions.exclusive(LEASE), context -> {}))
        .isInstanceOf(StageBusyException.class);

    assertThat(Duration.between(ManualTime.NOON, time.instant()))
        .isBetween(Duration.ofHours(1), Duration.ofHours(1).plusSeconds(10));
  }
}
