package io.github.checkpointmanager.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.DrivenManager;
import io.github.checkpointmanager.pipeline.StageReport.StageOutcome;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultyStore;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import io.github.checkpointmanager.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A run that dies at any point and is run again has the same result as an undisturbed one: every
 * stage is completed once, built on the checkpoints before it, and a plan skips everything.
 */
@Timeout(300)
class PipelineCrashTest {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final List<String> STAGES = List.of("a", "left", "right", "end");
  static final List<Fault> FAULTS =
      List.of(
          Fault.FAIL_BEFORE,
          Fault.LOSE_REPLY,
          Fault.LOSE_REQUEST,
          Fault.LAND_BEFORE_NEXT_CALL,
          Fault.CONTEND,
          Fault.READ_STALE,
          Fault.READ_CUT);

  /** The death of the process: no code catches it. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** One location, its time, and the tasks that ran. */
  private static final class World {
    private final ManualTime time = new ManualTime();
    final MemoryStore memory = new MemoryStore(time);
    final FaultyStore store = FaultyStore.around(memory);
    final List<String> done = new ArrayList<>();
    final Pipeline pipeline = diamond(stage -> {});

    interface Hook {
      void at(String stage) throws Exception;
    }

    Pipeline diamond(Hook hook) {
      Pipeline.Builder builder = Pipeline.named("diamond");
      Map<String, String[]> after =
          Map.of(
              "a", new String[0],
              "left", new String[] {"a"},
              "right", new String[] {"a"},
              "end", new String[] {"left", "right"});
      for (String stage : STAGES) {
        builder.stage(
            PipelineStage.of(
                    stage,
                    task -> {
                      hook.at(stage);
                      done.add(stage);
                    })
                .param("p", "1")
                .after(after.getOrDefault(stage, new String[0])));
      }
      return builder.build();
    }

    RunReport run(Pipeline some, boolean claiming) {
      // One thread at a time: the faults of the store are counted by call.
      ManualTime.Machine machine = time.machine();
      var manager = DrivenManager.open(store, machine, "alice");
      PipelineRunner.Builder runner =
          PipelineRunner.of(manager)
              .timing(machine)
              .options(PlanOptions.standard().withPolicy(ResumePolicy.FINGERPRINT));
      if (claiming) {
        runner.claiming(LEASE);
      }
      try (manager) {
        return runner.run(some);
      }
    }

    /** Kills the process at this call: it and later ones do not reach the store. */
    void dieAt(int index, int calls) {
      for (int i = index; i < index + 4 * calls; i++) {
        store.before(
            i,
            () -> {
              throw new Killed();
            });
      }
    }

    /** Lets the leases of dead processes expire. */
    void waitForLeases() {
      time.pass(LEASE.multipliedBy(2));
    }

    /** Every stage has one valid record, built on the records of the stages before it. */
    void assertCompleted(String story) {
      var manager = CheckpointManager.builder().store(memory).open();
      Map<String, Checkpoint> records = new TreeMap<>();
      manager.list().checkpoints().forEach(record -> records.put(record.stage(), record));
      assertThat(records.keySet()).as(story).containsExactlyInAnyOrderElementsOf(STAGES);
      for (PipelineStage stage : pipeline.order()) {
        Checkpoint record = manager.get(stage.name()).orElseThrow();
        assertThat(record.upstream().keySet()).as(story).isEqualTo(stage.after());
        record
            .upstream()
            .forEach(
                (before, identity) ->
                    assertThat(identity)
                        .as(story)
                        .isEqualTo(
                            manager.get(before).flatMap(Checkpoint::originId).orElseThrow()));
      }
      PlanOptions strict = PlanOptions.standard().withPolicy(ResumePolicy.FINGERPRINT);
      ResumePlan plan = PipelineRunner.of(manager).options(strict).build().read(pipeline).plan();
      assertThat(plan.toSkip()).as(story).hasSize(4);
    }
  }

  @ParameterizedTest
  @FieldSource("FAULTS")
  void run_underAFaultAtAnyCall_resumesToTheSameEnd(Fault fault) {
    World calm = new World();
    assertThat(calm.run(calm.pipeline, false).isComplete()).isTrue();
    int calls = calm.store.callCount();
    assertThat(calls).isGreaterThanOrEqualTo(13);
    for (int index = 0; index < calls; index++) {
      World world = new World();
      world.store.failAt(index, fault);
      crashAndResume(world, false, fault + " at " + index);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"FAIL_BEFORE", "LOSE_REPLY", "READ_STALE"})
  void claimedRun_underAFaultAtAnyCall_resumesToTheSameEnd(Fault fault) {
    World calm = new World();
    assertThat(calm.run(calm.pipeline, true).isComplete()).isTrue();
    int calls = calm.store.callCount();
    assertThat(calls).isGreaterThanOrEqualTo(25);
    for (int index = 0; index < calls; index++) {
      World world = new World();
      world.store.failAt(index, fault);
      crashAndResume(world, true, "claimed, " + fault + " at " + index);
    }
  }

  private static void crashAndResume(World world, boolean claiming, String story) {
    try {
      RunReport report = world.run(world.pipeline, claiming);
      assertThat(report.stages()).as(story).hasSize(4);
    } catch (CheckpointException e) {
      assertThat(world.done).as("%s: nothing ran when nothing could be read", story).isEmpty();
    }
    world.store.landLateWrites();
    world.store.reset();

    RunReport resumed = world.run(world.pipeline, claiming);

    assertThat(resumed.isComplete()).as("%s: %s", story, resumed).isTrue();
    world.assertCompleted(story);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void run_killedBeforeAnyCall_resumesToTheSameEnd(boolean claiming) {
    World calm = new World();
    calm.run(calm.pipeline, claiming);
    int calls = calm.store.callCount();
    for (int index = 0; index < calls; index++) {
      World world = new World();
      world.dieAt(index, calls);
      try {
        assertThat(world.run(world.pipeline, claiming).isComplete()).isFalse();
      } catch (Killed e) {
        assertThat(world.done).isEmpty();
      }
      world.store.reset();
      world.waitForLeases();
      List<String> before = List.copyOf(world.done);

      assertThat(world.run(world.pipeline, claiming).isComplete()).isTrue();

      String story = "killed at " + index + ", before: " + before + ", in all: " + world.done;
      world.assertCompleted(story);
      // A task that was done without being recorded is done again, and no other.
      assertThat(world.done.size()).as(story).isBetween(4, 5);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "left", "right", "end"})
  void run_whoseTaskThrows_resumesWithoutRunningWhatWasDone(String failing) {
    for (boolean claiming : Stream.of(false, true).toList()) {
      World world = new World();
      Pipeline broken =
          world.diamond(
              stage -> {
                if (stage.equals(failing)) {
                  throw new IllegalStateException("broken");
                }
              });

      RunReport first = world.run(broken, claiming);
      RunReport second = world.run(world.pipeline, claiming);

      assertThat(first.with(StageOutcome.FAILED)).containsExactly(failing);
      assertThat(second.isComplete()).isTrue();
      assertThat(world.done).containsExactlyInAnyOrderElementsOf(STAGES);
      world.assertCompleted("broken at " + failing);
    }
  }
}
