package io.github.checkpointmanager.internal.claim;

import static io.github.checkpointmanager.internal.claim.ClaimWorld.STAGE;
import static io.github.checkpointmanager.internal.claim.ClaimWorld.TERMS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimAttempt;
import io.github.checkpointmanager.internal.claim.ClaimWorld.End;
import io.github.checkpointmanager.internal.claim.ClaimWorld.Standing;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.testing.FaultTree;
import io.github.checkpointmanager.testing.FaultyStore.Call;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Taking a claim, and taking one over, with every fault at every call and any two or three of them.
 * A store that answers with the past breaks its promise of read after write: then what is told of
 * others may be out of date, and the claim still has one holder.
 */
class ClaimProtocolFaultsTest {
  @ParameterizedTest
  @EnumSource(Standing.class)
  void acquire_withoutFaults_endsAsTheTableSays(Standing standing) {
    var world = new ClaimWorld(new TreeMap<>()).standing(standing);

    ClaimAttempt attempt = world.ours.acquire(STAGE, TERMS, world.watch());

    if (standing.isFree()) {
      assertThat(attempt).isInstanceOf(ClaimAttempt.Held.class);
    } else {
      assertThat(attempt)
          .isInstanceOfSatisfying(
              ClaimAttempt.Busy.class,
              busy ->
                  assertThat(busy.claim().claim().isPresent()).isEqualTo(standing.isReadable()));
    }
  }

  @ParameterizedTest
  @EnumSource(Standing.class)
  void acquire_underAnyTwoFaults_neverLies(Standing standing) {
    int runs = FaultTree.explore(2, plan -> acquireAndJudge(standing, plan));

    assertThat(runs)
        .isGreaterThanOrEqualTo(
            switch (standing) {
              case NOTHING -> 25;
              case LIVE -> 33;
              case EXPIRED, FAILED, RELEASED -> 93;
              case DAMAGED -> 51;
              case DAMAGED_LONG_AGO -> 157;
              case NEWER -> 42;
              case NEWER_LONG_AGO -> 108;
            });
  }

  @ParameterizedTest
  @EnumSource(names = {"NOTHING", "EXPIRED"})
  void acquire_underAnyThreeFaults_neverLies(Standing standing) {
    int runs = FaultTree.explore(3, plan -> acquireAndJudge(standing, plan));

    assertThat(runs).isGreaterThanOrEqualTo(standing == Standing.NOTHING ? 47 : 332);
  }

  private static List<Call> acquireAndJudge(Standing standing, SortedMap<Integer, Fault> plan) {
    var world = new ClaimWorld(plan).standing(standing);
    End<ClaimAttempt> end = End.of(() -> world.ours.acquire(STAGE, TERMS, world.watch()));
    List<Call> calls = world.store.calls();
    assertTrue(world, standing, plan, end);
    world.store.landLateWrites();
    assertTrue(world, standing, plan, end);
    assertNotBlockedForLong(world, world.story(end));
    return calls;
  }

  /** Holds before and after late writes have landed. */
  private static void assertTrue(
      ClaimWorld world, Standing standing, SortedMap<Integer, Fault> plan, End<ClaimAttempt> end) {
    String story = standing + ", " + world.story(end);
    if (end.result() instanceof ClaimAttempt.Held held) {
      assertThat(standing.isFree()).as("not taken from its holder: %s", story).isTrue();
      assertHeld(world, standing, held.claim(), story);
    } else if (plan.containsValue(Fault.READ_STALE)) {
      assertThat(isUnchangedOrOurs(world)).as(story).isTrue();
    } else if (end.result() != null) {
      assertThat(end.result()).as(story).isInstanceOf(ClaimAttempt.Busy.class);
      assertThat(standing.isFree()).as("busy only if somebody is: %s", story).isFalse();
      assertThat(world.isUnchanged()).as(story).isTrue();
      assertThat(world.wasOursEverVisible()).as("told busy, so not held: %s", story).isFalse();
    } else if (end.isUnknown()) {
      assertThat(isUnchangedOrOurs(world)).as(story).isTrue();
    } else {
      assertThat(end.failure() instanceof RecordException && !plan.containsValue(Fault.READ_CUT))
          .as("no record is in the way: %s", story)
          .isFalse();
      assertThat(world.wasOursEverVisible()).as("failed, so not written: %s", story).isFalse();
      assertThat(world.isUnchanged()).as(story).isTrue();
    }
  }

  /** What is found to have landed is released: nothing ran under it. */
  private static boolean isUnchangedOrOurs(ClaimWorld world) {
    return world.isUnchanged()
        || world.isOursVisible(State.RUNNING)
        || world.isOursVisible(State.RELEASED);
  }

  private static void assertHeld(
      ClaimWorld world, Standing standing, HeldClaim claim, String story) {
    ClaimRecord visible = world.visible().orElseThrow();
    assertThat(world.isOursVisible(State.RUNNING)).as(story).isTrue();
    assertThat(claim.isValid()).as(story).isTrue();
    assertThat(claim.attempt()).as(story).isEqualTo(standing.isReadable() ? 2 : 1);
    assertThat(visible.failures()).as(story).isEqualTo(standing.failures());
    assertThat(claim.fencingToken())
        .as("a token greater than any before: %s", story)
        .isGreaterThan(
            world.history().stream()
                .filter(c -> c.worker().host().equals("theirs"))
                .mapToLong(c -> c.token().orElse(0))
                .max()
                .orElse(0));
    visible.token().ifPresent(token -> assertThat(token).as(story).isEqualTo(claim.fencingToken()));
  }

  /** Whatever was left behind, a lease later somebody else has the stage. */
  private static void assertNotBlockedForLong(ClaimWorld world, String story) {
    world.time.pass(Leases.takeoverAge(ClaimWorld.LONGEST_LEASE).plusSeconds(1));
    world.take(world.theirs).renew();
    world.assertTokensGrow(story);
  }

  private static int leastRuns(Standing standing) {
    return switch (standing) {
      case NOTHING -> 7;
      case LIVE, NEWER -> 10;
      case EXPIRED, FAILED, RELEASED, NEWER_LONG_AGO -> 16;
      case DAMAGED -> 13;
      case DAMAGED_LONG_AGO -> 22;
    };
  }

  @ParameterizedTest
  @EnumSource(Standing.class)
  void acquire_whileAnotherAcquiresBetweenAnyTwoCalls_hasOneHolder(Standing standing) {
    int runs =
        FaultTree.explore(
            1,
            plan -> acquireAndJudge(standing, plan),
            (plan, index) -> raceAndJudge(standing, plan, index));

    assertThat(runs).isGreaterThanOrEqualTo(leastRuns(standing));
  }

  private static void raceAndJudge(
      Standing standing, SortedMap<Integer, Fault> plan, int theirTurn) {
    var world = new ClaimWorld(plan).standing(standing);
    var rival = new Object[1];
    world.store.before(
        theirTurn, () -> rival[0] = world.theirs.acquire(STAGE, TERMS, world.watch()));
    End<ClaimAttempt> end = End.of(() -> world.ours.acquire(STAGE, TERMS, world.watch()));
    world.store.landLateWrites();
    String story =
        standing + ", theirs before call " + theirTurn + " " + rival[0] + ", " + world.story(end);

    boolean oursHolds = end.result() instanceof ClaimAttempt.Held;
    boolean theirsHolds = rival[0] instanceof ClaimAttempt.Held;
    assertThat(oursHolds && theirsHolds).as("one holder: %s", story).isFalse();
    if (oursHolds) {
      assertThat(world.isOursVisible(State.RUNNING)).as(story).isTrue();
    }
    if (theirsHolds) {
      assertThat(world.visible().orElseThrow().worker().host()).as(story).isEqualTo("theirs");
      assertThat(world.wasOursEverVisible()).as(story).isFalse();
    }
    if (end.result() == null && !end.isUnknown() && !plan.containsValue(Fault.READ_STALE)) {
      assertThat(world.wasOursEverVisible()).as(story).isFalse();
    }
    assertNotBlockedForLong(world, story);
  }

  @ParameterizedTest
  @EnumSource(Standing.class)
  void acquire_whileAnotherClearsBetweenAnyTwoCalls_holdsOnlyWhatWasThere(Standing standing) {
    int runs =
        FaultTree.explore(
            1,
            plan -> acquireAndJudge(standing, plan),
            (plan, index) -> clearBetweenAndJudge(standing, plan, index));

    assertThat(runs).isGreaterThanOrEqualTo(leastRuns(standing));
  }

  private static void clearBetweenAndJudge(
      Standing standing, SortedMap<Integer, Fault> plan, int theirTurn) {
    var world = new ClaimWorld(plan).standing(standing);
    world.store.before(
        theirTurn,
        () -> {
          world.time.pass(Duration.ofSeconds(5)); // as a clear waits
          world.memory.delete(Deletion.ofEach(ClaimWorld.KEY));
        });
    End<ClaimAttempt> end = End.of(() -> world.ours.acquire(STAGE, TERMS, world.watch()));
    world.store.landLateWrites();
    String story = standing + ", cleared before call " + theirTurn + ", " + world.story(end);

    if (end.result() instanceof ClaimAttempt.Held held) {
      assertThat(world.wasOursEverVisible()).as(story).isTrue();
      boolean current = world.isOursVisible(State.RUNNING);
      world.store.reset();
      assertThat(held.claim().renew()).as("a deleted claim is lost: %s", story).isEqualTo(current);
      assertThat(world.isOursVisible(State.RUNNING)).as(story).isEqualTo(current);
    } else if (!end.isUnknown() && !plan.containsValue(Fault.READ_STALE)) {
      assertThat(world.isOursVisible(State.RUNNING)).as(story).isFalse();
    }
    assertNotBlockedForLong(world, story);
  }

  @ParameterizedTest
  @EnumSource(Standing.class)
  void forceRelease_underAnyTwoFaults_neverLies(Standing standing) {
    int runs =
        FaultTree.explore(
            2,
            plan -> {
              var world = new ClaimWorld(plan).standing(standing);
              End<Optional<ObservedClaim>> end =
                  End.of(() -> world.ours.forceRelease(STAGE, "it hangs"));
              List<Call> calls = world.store.calls();
              world.store.landLateWrites();
              boolean released =
                  world.visible().filter(c -> c.note().equals(Optional.of("it hangs"))).isPresent();
              String story = standing + ", " + world.story(end);
              assertThat(released || world.isUnchanged()).as(story).isTrue();
              if (!plan.containsValue(Fault.READ_STALE)) {
                assertThat(released)
                    .as(story)
                    .isEqualTo(
                        end.result() != null ? standing.isRunning() : released && end.isUnknown());
              }
              if (released) {
                assertThat(world.visible().orElseThrow().failures()).as(story).isZero();
                world.take(world.theirs).renew();
                world.assertTokensGrow(story);
              }
              return calls;
            });

    assertThat(runs)
        .isGreaterThanOrEqualTo(
            switch (standing) {
              case NOTHING -> 4;
              case LIVE, EXPIRED -> 54;
              case FAILED, RELEASED -> 18;
              case DAMAGED, DAMAGED_LONG_AGO -> 105;
              case NEWER, NEWER_LONG_AGO -> 36;
            });
  }
}
