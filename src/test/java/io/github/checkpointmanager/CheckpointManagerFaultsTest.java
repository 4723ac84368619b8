package io.github.checkpointmanager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultTree;
import io.github.checkpointmanager.testing.FaultyStore;
import io.github.checkpointmanager.testing.FaultyStore.Call;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the public API says when the store fails at any of its calls. */
class CheckpointManagerFaultsTest {
  private static final List<String> STAGES = List.of("a", "b", "c");
  private static final List<String> STRANGERS = List.of("README.md", "%7A.checkpoint", "a/b.claim");

  private final MemoryStore memory = new MemoryStore();
  private final FaultyStore store = FaultyStore.around(memory);
  private final CheckpointManager checkpoints = CheckpointManager.builder().store(store).open();

  private static CheckpointManagerFaultsTest world(SortedMap<Integer, Fault> plan) {
    var world = new CheckpointManagerFaultsTest();
    plan.forEach(world.store::failAt);
    return world;
  }

  private boolean exists(String key) {
    return memory.read(key).isPresent();
  }

  @Test
  void save_underAnyFault_isSavedAtLastByRetrying() {
    int runs = FaultTree.explore(1, plan -> world(plan).saveWithRetry(plan));

    assertThat(runs).isEqualTo(7);
  }

  private List<Call> saveWithRetry(SortedMap<Integer, Fault> plan) {
    SaveResult result;
    List<Call> calls;
    try {
      result = checkpoints.save("a");
      calls = store.calls();
    } catch (OutcomeUnknownException e) {
      calls = store.calls();
      store.landLateWrites();
      store.reset();
      result = e.retry();
    } catch (StoreUnavailableException e) {
      assertThat(exists("a.checkpoint")).as("refused with %s", plan).isFalse();
      return store.calls();
    }
    assertThat(result.outcome()).as("after %s", plan).isEqualTo(SaveResult.Outcome.SAVED);
    assertThat(checkpoints.get("a").orElseThrow().writeId())
        .isEqualTo(result.checkpoint().orElseThrow().writeId());
    return calls;
  }

  @Test
  void stage_underAnyTwoFaults_runsItsTaskOnceAndNeverLosesItsValue() {
    int runs = FaultTree.explore(2, plan -> world(plan).runStage(plan));

    assertThat(runs).isGreaterThanOrEqualTo(40);
  }

  private List<Call> runStage(SortedMap<Integer, Fault> plan) {
    var tasks = new AtomicInteger();
    try {
      String value =
          checkpoints.stage("a", PayloadCodec.utf8(), () -> "value" + tasks.incrementAndGet());
      assertThat(value).as("after %s", plan).isEqualTo("value1");
      assertThat(exists("a.checkpoint")).as("after %s", plan).isTrue();
    } catch (StageNotSavedException e) {
      assertThat(tasks).as("after %s", plan).hasValue(1);
      assertThat(e.result()).as("after %s", plan).isEqualTo("value1");
    } catch (StoreUnavailableException e) {
      assertThat(tasks).as("not run when it cannot be told: %s", plan).hasValue(0);
    }
    return store.calls();
  }

  @Test
  void clear_underAnyTwoFaults_tellsWhatMayBeLeftAndTouchesNoStranger() {
    int runs = FaultTree.explore(2, plan -> world(plan).clearAndJudge(plan));

    assertThat(runs).isGreaterThanOrEqualTo(22);
  }

  private List<Call> clearAndJudge(SortedMap<Integer, Fault> plan) {
    STAGES.forEach(stage -> memory.create(stage + ".checkpoint", "COMPLETED\n".getBytes(UTF_8)));
    STRANGERS.forEach(key -> memory.create(key, "mine".getBytes(UTF_8)));
    try {
      ClearResult result = checkpoints.clear();
      assertThat(result.stages()).as("after %s", plan).isEqualTo(STAGES);
      assertThat(leftovers()).as("after %s", plan).isEmpty();
    } catch (ClearIncompleteException e) {
      assertThat(e.keys()).as("after %s", plan).containsAll(leftovers());
    } catch (StoreUnavailableException e) {
      store.landLateWrites();
      assertThat(leftovers()).as("refused with %s", plan).hasSameSizeAs(STAGES);
    }
    List<Call> calls = store.calls();
    store.landLateWrites();
    assertThat(STRANGERS).as("after %s", plan).allMatch(this::exists);
    return calls;
  }

  private List<String> leftovers() {
    return STAGES.stream().map(stage -> stage + ".checkpoint").filter(this::exists).toList();
  }
}
