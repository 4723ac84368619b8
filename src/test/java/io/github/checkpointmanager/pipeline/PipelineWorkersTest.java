package io.github.checkpointmanager.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.DrivenManager;
import io.github.checkpointmanager.internal.process.Race;
import io.github.checkpointmanager.pipeline.StageReport.StageOutcome;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.ManualTime;
import io.github.checkpointmanager.testing.TimelessStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several workers, each with a manager of its own, share the stages of one pipeline. */
@Timeout(180)
class PipelineWorkersTest {
  private static final int WORKERS = 3;
  private static final Duration LEASE = Duration.ofSeconds(60);

  private final MemoryStore memory = new MemoryStore();

  private CheckpointManager manager(int worker) {
    return CheckpointManager.builder().store(memory).host("worker-" + worker).open();
  }

  @Test
  void threeWorkers_shareOneGraph_andDoEachStageOnce() throws Exception {
    Map<String, AtomicInteger> times = new ConcurrentHashMap<>();
    Set<String> finished = ConcurrentHashMap.newKeySet();
    Pipeline.Builder builder = Pipeline.named("forty");
    for (int i = 0; i < 40; i++) {
      String name = "s" + i;
      List<String> after = new ArrayList<>();
      if (i >= 4) {
        after.add("s" + (i - 4));
        after.add("s" + (i - 3));
      }
      builder.stage(
          PipelineStage.of(
                  name,
                  task -> {
                    assertThat(finished).containsAll(after);
                    times.computeIfAbsent(name, n -> new AtomicInteger()).incrementAndGet();
                    finished.add(name);
                  })
              .after(after.toArray(String[]::new)));
    }
    Pipeline pipeline = builder.build();

    List<RunReport> reports =
        Race.run(
            WORKERS,
            worker ->
                PipelineRunner.of(manager(worker))
                    .options(PlanOptions.standard().withPolicy(ResumePolicy.FINGERPRINT))
                    .parallelism(2)
                    .claiming(LEASE)
                    .run(pipeline));

    assertThat(reports).allMatch(RunReport::isComplete);
    assertThat(times).hasSize(40).allSatisfy((stage, n) -> assertThat(n.get()).isEqualTo(1));
    int ran = reports.stream().mapToInt(report -> report.with(StageOutcome.RAN).size()).sum();
    assertThat(ran).isEqualTo(40);
    CheckpointManager after = manager(9);
    for (Checkpoint record : after.list().checkpoints()) {
      record
          .upstream()
          .forEach(
              (before, identity) ->
                  assertThat(after.get(before).flatMap(Checkpoint::originId)).contains(identity));
    }
  }

  /** At their turn the others read the first worker's record, not the stale one of their plan. */
  @Test
  void threeWorkers_runAStaleStageAgainOnce() throws Exception {
    AtomicInteger times = new AtomicInteger();
    CyclicBarrier planned = new CyclicBarrier(WORKERS);
    PlanOptions strict = PlanOptions.standard().withPolicy(ResumePolicy.FINGERPRINT);
    PipelineRunner.of(manager(0)).options(strict).run(counting(times, "1")).orThrow();
    Pipeline changed = counting(times, "2");
    RunListener meeting =
        new RunListener() {
          @Override
          public void planned(ResumePlan plan) {
            assertThat(plan.toRun()).containsExactly("a", "b");
            try {
              planned.await(60, TimeUnit.SECONDS);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          }
        };

    List<RunReport> reports =
        Race.run(
            WORKERS,
            worker ->
                PipelineRunner.of(manager(worker))
                    .options(strict)
                    .claiming(LEASE)
                    .listener(meeting)
                    .run(changed));

    assertThat(reports).allMatch(RunReport::isComplete);
    assertThat(times.get()).isEqualTo(4); // both stages, before and after the change
    assertThat(memory.versions("a.checkpoint")).hasSize(2);
  }

  private static Pipeline counting(AtomicInteger times, String value) {
    return Pipeline.named("p")
        .then(PipelineStage.of("a", task -> times.incrementAndGet()).param("p", value))
        .then(PipelineStage.of("b", task -> times.incrementAndGet()))
        .build();
  }

  @Test
  void aBusyStage_isPutAside_andOthersRunMeanwhile() throws Exception {
    CheckpointManager other = manager(1);
    ClaimResult.Held held = (ClaimResult.Held) other.claim("busy", ClaimOptions.lease(LEASE));
    CountDownLatch waiting = new CountDownLatch(1);
    List<String> ran = new ArrayList<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void waiting(String stage, String reason) {
            assertThat(stage).isEqualTo("busy");
            assertThat(reason).contains("attempt 1 runs on worker-1");
            waiting.countDown();
          }
        };
    Pipeline pipeline =
        Pipeline.named("p")
            .stage(PipelineStage.of("busy", task -> ran.add("busy")))
            .stage(
                PipelineStage.of(
                    "free",
                    task -> {
                      // With one thread this runs only if the busy stage does not hold it up.
                      waiting.await();
                      ran.add("free");
                      held.claim().complete();
                    }))
            .stage(PipelineStage.of("end", task -> ran.add("end")).after("busy", "free"))
            .build();

    RunReport report =
        PipelineRunner.of(manager(2)).claiming(LEASE).listener(listener).run(pipeline);

    assertThat(ran).containsExactly("free", "end");
    assertThat(report.with(StageOutcome.SKIPPED)).containsExactly("busy");
    assertThat(report.isComplete()).isTrue();
  }

  // ---- how long a run waits for others

  private final ManualTime time = new ManualTime();
  private final MemoryStore timed = new MemoryStore(time);

  /** On this thread, and by the test's clocks. */
  private PipelineRunner.Builder driven(CheckpointStore store) {
    ManualTime.Machine machine = time.machine();
    return PipelineRunner.of(DrivenManager.open(store, machine, "ours"))
        .executor(Runnable::run)
        .parallelism(1)
        .claiming(ClaimOptions.untilDeadline(LEASE))
        .timing(machine);
  }

  private void hold(Duration lease) {
    ClaimResult taken =
        DrivenManager.open(timed, time.machine(), "theirs")
            .claim("busy", ClaimOptions.untilDeadline(lease));
    assertThat(taken).isInstanceOf(ClaimResult.Held.class);
  }

  private static Pipeline withBusyStage() {
    return Pipeline.named("p")
        .stage(PipelineStage.of("busy", task -> {}))
        .stage(PipelineStage.of("free", task -> {}))
        .stage(PipelineStage.of("end", task -> {}).after("busy"))
        .build();
  }

  private Duration passed() {
    return Duration.between(ManualTime.NOON, time.instant());
  }

  @Test
  void aRun_waitsForAnotherWorkerForAnHour_andRunsWhatDoesNotDependOnIt() {
    hold(Duration.ofHours(9));

    RunReport report = driven(timed).run(withBusyStage());

    assertThat(report.with(StageOutcome.RAN)).containsExactly("free");
    assertThat(report.with(StageOutcome.BLOCKED)).containsExactly("busy", "end");
    Reason reason = report.find("busy").orElseThrow().reason();
    assertThat(reason.code()).isEqualTo(Reason.Code.BUSY);
    assertThat(reason.sentence())
        .contains("attempt 1 runs on")
        .contains("the run has waited for 36")
        .contains("--wait-timeout");
    assertThat(passed()).isBetween(Duration.ofHours(1), Duration.ofHours(1).plusSeconds(10));
  }

  @Test
  void aRun_waitsAsLongAsItIsTold() {
    hold(Duration.ofHours(2));

    assertThat(driven(timed).waitAtMost(Duration.ZERO).run(withBusyStage()).isComplete()).isFalse();
    assertThat(passed()).as("at once").isZero();

    assertThat(driven(timed).waitWithoutLimit().run(withBusyStage()).isComplete()).isTrue();
    assertThat(passed()).isGreaterThan(Duration.ofHours(2));
  }

  @Test
  void aRunThatDoesNotWait_watchesADeadWorkersClaim_withoutTheStoresClock() {
    hold(LEASE);

    RunReport report =
        driven(new TimelessStore(timed)).waitAtMost(Duration.ZERO).run(withBusyStage());

    assertThat(report.isComplete()).isTrue();
    assertThat(passed()).isGreaterThan(LEASE);
  }
}
