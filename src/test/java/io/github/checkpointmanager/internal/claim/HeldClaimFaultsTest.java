package io.github.checkpointmanager.internal.claim;

import static io.github.checkpointmanager.internal.claim.ClaimWorld.KEY;
import static io.github.checkpointmanager.internal.claim.ClaimWorld.LEASE;
import static io.github.checkpointmanager.internal.claim.ClaimWorld.MARGIN;
import static io.github.checkpointmanager.internal.claim.ClaimWorld.STAGE;
import static io.github.checkpointmanager.internal.claim.ClaimWorld.TERMS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.internal.claim.ClaimProtocol.ClaimAttempt;
import io.github.checkpointmanager.internal.claim.ClaimWorld.End;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.testing.FaultTree;
import io.github.checkpointmanager.testing.FaultyStore.Call;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Renewing and ending a claim, with every fault at every call and any three of them. */
class HeldClaimFaultsTest {
  @Test
  void renew_underAnyThreeFaults_neverLosesWhatNobodyTook() {
    int runs = FaultTree.explore(3, HeldClaimFaultsTest::renewAndJudge);

    assertThat(runs).isGreaterThanOrEqualTo(51);
  }

  private static List<Call> renewAndJudge(SortedMap<Integer, Fault> plan) {
    var world = new ClaimWorld(plan);
    HeldClaim claim = world.ourClaim();
    End<Boolean> end = End.of(claim::renew);
    List<Call> calls = world.store.calls();
    String story = world.story(end);
    assertThat(end.result()).as("nobody took it: %s", story).isNotEqualTo(false);
    assertThat(claim.isValid()).as(story).isTrue();
    assertThat(claim.remaining())
        .as("the lease counts from before the renewal that succeeded: %s", story)
        .isLessThanOrEqualTo(LEASE)
        .isGreaterThan(end.result() == null ? Duration.ZERO : LEASE.minusSeconds(10));
    if (end.result() == null) {
      assertThat(claim.remaining()).as(story).isLessThanOrEqualTo(LEASE.minusSeconds(20));
    } else {
      assertThat(world.isUnchanged()).as("renewed, so written: %s", story).isFalse();
    }
    world.store.landLateWrites();
    world.store.reset();
    assertThat(claim.renew()).as("the next renewal heals it: %s", story).isTrue();
    assertThat(world.isOursVisible(State.RUNNING)).as(story).isTrue();
    assertThat(world.visible().orElseThrow().token()).as(story).hasValue(claim.fencingToken());
    assertThat(world.visible().orElseThrow().attempt()).as(story).isEqualTo(1);
    return calls;
  }

  /** How a claim comes to an end without its holder. */
  enum Rival {
    RELEASES_BY_FORCE {
      @Override
      void act(ClaimWorld world) {
        assertThat(world.theirs.forceRelease(STAGE, "by force")).isPresent();
      }
    },
    TAKES_WHAT_WAS_RELEASED {
      @Override
      void act(ClaimWorld world) {
        assertThat(world.theirs.forceRelease(STAGE, "by force")).isPresent();
        world.take(world.theirs);
      }
    },
    TAKES_OVER_LATER {
      @Override
      void act(ClaimWorld world) {
        world.time.pass(LEASE.plus(MARGIN).plusNanos(1));
        world.take(world.theirs);
      }
    },
    CLEARS {
      @Override
      void act(ClaimWorld world) {
        world.memory.delete(Deletion.ofEach(KEY));
      }
    },
    CLEARS_AND_CLAIMS {
      @Override
      void act(ClaimWorld world) {
        world.memory.delete(Deletion.ofEach(KEY));
        world.take(world.theirs);
      }
    };

    abstract void act(ClaimWorld world);
  }

  @ParameterizedTest
  @EnumSource(Rival.class)
  void renew_whenItEndsBetweenAnyTwoCalls_isLostPermanentlyAndOverwritesNothing(Rival rival) {
    int runs =
        FaultTree.explore(
            2,
            plan -> {
              List<Call> calls = renewAndJudge(plan);
              for (int index = 0; index < calls.size(); index++) {
                loseAndJudge(rival, plan, index, claim -> claim::renew);
                loseAndJudge(rival, plan, index, claim -> () -> claim.fail("it broke"));
                loseAndJudge(rival, plan, index, claim -> () -> claim.release(Optional.empty()));
              }
              return calls;
            });

    assertThat(runs).isGreaterThanOrEqualTo(25);
  }

  private static void loseAndJudge(
      Rival rival,
      SortedMap<Integer, Fault> plan,
      int turn,
      java.util.function.Function<HeldClaim, java.util.function.Supplier<Boolean>> operation) {
    var world = new ClaimWorld(plan);
    HeldClaim claim = world.ourClaim();
    var acted = new boolean[1];
    world.store.before(
        turn,
        () -> {
          // An end of ours that has landed already is another story.
          acted[0] = world.isOursVisible(State.RUNNING);
          if (acted[0]) {
            rival.act(world);
          }
        });
    End<Boolean> end = End.of(operation.apply(claim));
    Optional<ClaimRecord> after = world.visible();
    String story = rival + " before call " + turn + ", " + world.story(end);
    if (!acted[0]) {
      return;
    }
    assertThat(end.result()).as("it is not ours any more: %s", story).isNotEqualTo(true);
    world.store.landLateWrites();
    world.store.reset();
    assertThat(claim.renew()).as(story).isFalse();
    assertThat(claim.fail("late")).as(story).isFalse();
    assertThat(claim.isValid()).as(story).isFalse();
    assertThat(world.visible()).as("a zombie changes nothing: %s", story).isEqualTo(after);
    assertThat(world.isOursVisible(State.RUNNING)).as("and revives nothing: %s", story).isFalse();
    world.assertTokensGrow(story);
  }

  /** How a holder ends its claim. */
  enum Ending {
    FAIL(State.FAILED, 1) {
      @Override
      boolean end(HeldClaim claim) {
        return claim.fail("it broke");
      }
    },
    RELEASE(State.RELEASED, 0) {
      @Override
      boolean end(HeldClaim claim) {
        return claim.release(Optional.empty());
      }
    };

    private final State state;
    private final long failures;

    Ending(State state, long failures) {
      this.state = state;
      this.failures = failures;
    }

    abstract boolean end(HeldClaim claim);
  }

  @ParameterizedTest
  @EnumSource(Ending.class)
  void end_underAnyThreeFaults_isRecordedOnceAndNeverAsAnother(Ending ending) {
    int runs = FaultTree.explore(3, plan -> endAndJudge(ending, plan));

    assertThat(runs).isGreaterThanOrEqualTo(51);
  }

  private static List<Call> endAndJudge(Ending ending, SortedMap<Integer, Fault> plan) {
    var world = new ClaimWorld(plan);
    HeldClaim claim = world.ourClaim();
    End<Boolean> end = End.of(() -> ending.end(claim));
    List<Call> calls = world.store.calls();
    String story = ending + ", " + world.story(end);
    assertThat(end.result()).as("nobody took it: %s", story).isNotEqualTo(false);
    assertThat(claim.isValid()).as("what was sent may have landed: %s", story).isFalse();
    assertThat(claim.renew()).as(story).isFalse();
    if (end.result() != null) {
      assertThat(world.isOursVisible(ending.state)).as(story).isTrue();
    }
    world.store.landLateWrites();
    world.store.reset();
    // As close() does, after whatever the holder had meant.
    assertThat(claim.release(Optional.empty()))
        .as("sent again, it is known: %s", story)
        .isEqualTo(end.result() == null);
    assertThat(world.isOursVisible(ending.state)).as(story).isTrue();
    assertThat(world.visible().orElseThrow().failures()).as(story).isEqualTo(ending.failures);
    ClaimAttempt next = world.theirs.acquire(STAGE, TERMS, world.watch());
    assertThat(next).as("free at once: %s", story).isInstanceOf(ClaimAttempt.Held.class);
    world.assertTokensGrow(story);
    return calls;
  }

  @ParameterizedTest
  @EnumSource(Ending.class)
  void end_isNotValidFromTheMomentItIsSent(Ending ending) {
    int runs =
        FaultTree.explore(
            2,
            plan -> {
              List<Call> calls = endAndJudge(ending, plan);
              for (int index = 0; index < calls.size(); index++) {
                var world = new ClaimWorld(plan);
                HeldClaim claim = world.ourClaim();
                world.store.before(
                    index,
                    () ->
                        assertThat(claim.isValid())
                            .as("%s, %s", ending, world.story("under way"))
                            .isFalse());
                End.of(() -> ending.end(claim));
              }
              return calls;
            });

    assertThat(runs).isGreaterThanOrEqualTo(25);
  }
}
