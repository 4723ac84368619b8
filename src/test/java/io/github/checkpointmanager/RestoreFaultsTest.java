package io.github.checkpointmanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.store.CheckpointStore.StoredVersion;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultTree;
import io.github.checkpointmanager.testing.FaultyStore;
import io.github.checkpointmanager.testing.FaultyStore.Call;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import io.github.checkpointmanager.testing.FaultyStore.Operation;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a restore and a purge say, and what is current then, when the store fails at any call. */
class RestoreFaultsTest {
  private static final String KEY = "train.checkpoint";

  /** What is current when the restore begins. */
  enum Current {
    ANOTHER,
    NOTHING
  }

  /** Who comes in between. */
  enum Rival {
    SAVES,
    REPLACES,
    RESTORES,
    CLEARS
  }

  /** One restore in a store of its own. */
  private static final class World {
    final MemoryStore memory = new MemoryStore(InstantSource.system());
    final FaultyStore store = FaultyStore.around(memory);
    final CheckpointManager others = CheckpointManager.builder().store(memory).user("rival").open();
    final CheckpointManager checkpoints =
        CheckpointManager.builder().store(store).user("me").open();
    final String version;
    final String rivalsVersion;
    final List<StoredVersion> before;
    @Nullable RestoreResult result;
    @Nullable CheckpointException failure;

    World(Current current, SortedMap<Integer, Fault> plan) {
      Checkpoint first = others.save("train").checkpoint().orElseThrow();
      Checkpoint second = others.replace(first, SaveOptions.none()).checkpoint().orElseThrow();
      others.replace(second, SaveOptions.none());
      if (current == Current.NOTHING) {
        memory.delete(Deletion.ofEach(KEY));
      }
      before = memory.versions(KEY);
      version = before.get(before.size() - 1).versionId();
      rivalsVersion = before.get(before.size() - 2).versionId();
      plan.forEach(store::failAt);
    }

    void restore() {
      try {
        result = checkpoints.history().restore("train", version);
      } catch (CheckpointException e) {
        failure = e;
      }
    }

    /** The write ids that were restored by this caller, newest first. */
    List<String> ours() {
      return others.history().records("train").stream()
          .flatMap(v -> v.checkpoint().stream())
          .filter(c -> c.restoredBy().orElse("").startsWith("me@"))
          .map(c -> c.writeId().orElseThrow())
          .toList();
    }

    boolean oursIsCurrent() {
      Optional<Checkpoint> now = others.get("train");
      return now.isPresent() && now.get().restoredBy().orElse("").startsWith("me@");
    }

    String story(Object plan) {
      return plan + " over " + store.calls() + " ended as " + (result == null ? failure : result);
    }
  }

  @ParameterizedTest
  @EnumSource(Current.class)
  void restore_underAnyTwoFaults_neverLies(Current current) {
    int runs = FaultTree.explore(2, plan -> restoreAndJudge(current, plan));

    assertThat(runs).isGreaterThanOrEqualTo(current == Current.ANOTHER ? 64 : 85);
  }

  private static List<Call> restoreAndJudge(Current current, SortedMap<Integer, Fault> plan) {
    var world = new World(current, plan);
    world.restore();
    List<Call> calls = world.store.calls();
    world.store.landLateWrites();
    String story = world.story(plan);

    assertThat(world.ours()).as("one write at most: %s", story).hasSizeLessThanOrEqualTo(1);
    List<StoredVersion> now = world.memory.versions(KEY);
    assertThat(now.subList(now.size() - world.before.size(), now.size()))
        .as("history is not rewritten: %s", story)
        .extracting(StoredVersion::versionId)
        .isEqualTo(world.before.stream().map(StoredVersion::versionId).toList());
    if (world.result != null && world.result.outcome() == RestoreResult.Outcome.RESTORED) {
      assertThat(world.oursIsCurrent()).as(story).isTrue();
      assertThat(world.ours())
          .as(story)
          .containsExactly(world.result.checkpoint().writeId().orElseThrow());
    } else if (world.failure instanceof OutcomeUnknownException unknown) {
      world.store.reset();
      boolean restored = isRestored(unknown);
      assertThat(restored || misread(plan)).as("sent again, it is decided: %s", story).isTrue();
      assertThat(world.oursIsCurrent()).as("sent again: %s", story).isEqualTo(restored);
      assertThat(world.ours()).as("sent again: %s", story).hasSize(restored ? 1 : 0);
    } else {
      // Stale and cut reads make it see what is not there; it must not write for all that.
      assertThat(world.ours()).as("reported as not restored: %s", story).isEmpty();
    }
    return calls;
  }

  private static boolean isRestored(OutcomeUnknownException unknown) {
    try {
      return unknown.retry().isSaved();
    } catch (CheckpointConflictException e) {
      return false;
    }
  }

  /** Then the write was planned for what was not there. */
  private static boolean misread(SortedMap<Integer, Fault> plan) {
    return plan.containsValue(Fault.READ_CUT) || plan.containsValue(Fault.READ_STALE);
  }

  @ParameterizedTest
  @EnumSource(Rival.class)
  void restore_whileAnotherWritesBeforeAnyCall_hasOneWinnerThatTheLoserIsTold(Rival rival) {
    for (Current current : Current.values()) {
      int runs =
          FaultTree.explore(
              1,
              plan -> {
                var undisturbed = new World(current, plan);
                undisturbed.restore();
                return undisturbed.store.calls();
              },
              (plan, turn) -> raceAndJudge(current, plan, rival, turn));
      assertThat(runs).isGreaterThanOrEqualTo(current == Current.ANOTHER ? 13 : 16);
    }
  }

  private static void raceAndJudge(
      Current current, SortedMap<Integer, Fault> plan, Rival rival, int turn) {
    var world = new World(current, plan);
    world.store.before(turn, () -> act(rival, world));
    world.restore();
    world.store.landLateWrites();
    String story = rival + " before call " + turn + ", " + world.story(plan);

    if (world.result != null && world.result.outcome() == RestoreResult.Outcome.RESTORED) {
      assertThat(world.ours()).as(story).hasSize(1);
    } else if (world.failure instanceof CheckpointConflictException) {
      // Where the reply was lost it may have stood for a moment.
      assertThat(world.oursIsCurrent()).as(story).isFalse();
      assertThat(world.ours()).as(story).hasSizeLessThanOrEqualTo(plan.isEmpty() ? 0 : 1);
    } else if (!(world.failure instanceof OutcomeUnknownException)) {
      assertThat(world.ours()).as(story).isEmpty();
    }
    if (world.failure instanceof CheckpointConflictException lost && plan.isEmpty()) {
      assertThat(lost.current().flatMap(Checkpoint::writeId))
          .as("names what is current: %s", story)
          .isEqualTo(world.others.get("train").flatMap(Checkpoint::writeId));
    }
  }

  private static void act(Rival rival, World world) {
    switch (rival) {
      case SAVES -> world.others.save("train");
      case REPLACES ->
          world
              .others
              .get("train")
              .ifPresent(seen -> world.others.replace(seen, SaveOptions.none()));
      case RESTORES -> world.others.history().restore("train", world.rivalsVersion);
      case CLEARS -> world.memory.delete(Deletion.ofEach(KEY));
    }
  }

  @Test
  void purge_underAnyTwoFaults_tellsWhatMayBeLeft() {
    int runs =
        FaultTree.explore(
            2,
            plan -> {
              var world = new World(Current.NOTHING, plan);
              world.others.save("other");
              List<Call> calls;
              try {
                ClearResult result = world.checkpoints.history().purgeAll();
                assertThat(result.stages()).containsExactly("other", "train");
                assertThat(left(world)).as("after %s", plan).isZero();
              } catch (ClearIncompleteException e) {
                assertThat(e.keys()).as("after %s", plan).contains(KEY, "other.checkpoint");
              } catch (StoreUnavailableException e) {
                assertThat(left(world)).as("refused with %s", plan).isPositive();
              }
              calls = world.store.calls();
              assertThat(calls).noneMatch(call -> call.operation() == Operation.DELETE);
              return calls;
            });

    assertThat(runs).isGreaterThanOrEqualTo(42);
  }

  private static int left(World world) {
    return world.memory.versions(KEY).size() + world.memory.versions("other.checkpoint").size();
  }
}
