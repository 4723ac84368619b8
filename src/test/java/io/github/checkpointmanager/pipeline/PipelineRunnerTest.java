package io.github.checkpointmanager.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.DrivenManager;
import io.github.checkpointmanager.FailureMode;
import io.github.checkpointmanager.InvalidInputException;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.StageState;
import io.github.checkpointmanager.StoreUnavailableException;
import io.github.checkpointmanager.pipeline.StageReport.StageOutcome;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultyStore;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import io.github.checkpointmanager.testing.FaultyStore.Operation;
import io.github.checkpointmanager.testing.LocalStore;
import io.github.checkpointmanager.testing.ManualTime;
import io.github.checkpointmanager.testing.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of pipelines, by their reports and their records. */
@Timeout(120)
class PipelineRunnerTest {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final PlanOptions STRICT =
      PlanOptions.standard().withPolicy(ResumePolicy.FINGERPRINT);

  private final MemoryStore memory = new MemoryStore();
  private final CheckpointManager checkpoints =
      CheckpointManager.builder().store(memory).user("alice").host("worker-7").open();
  private final List<String> ran = Collections.synchronizedList(new ArrayList<>());

  @TempDir Path directory;

  private PipelineTask noting(String stage) {
    return task -> ran.add(stage);
  }

  private PipelineStage.Builder stage(String name, String... after) {
    return PipelineStage.of(name, noting(name)).after(after);
  }

  private static PipelineStage.Builder failing(String name, String... after) {
    return PipelineStage.of(
            name,
            task -> {
              throw new IOException("no space left");
            })
        .after(after);
  }

  private static Pipeline pipeline(PipelineStage.Builder... stages) {
    Pipeline.Builder builder = Pipeline.named("etl");
    List.of(stages).forEach(builder::stage);
    return builder.build();
  }

  private PipelineRunner.Builder runner() {
    return PipelineRunner.of(checkpoints);
  }

  @ParameterizedTest
  @EnumSource
  void run_ofAListTwice_runsInOrderAndThenSkips(LocalStore kind) {
    try (var store = kind.open(directory)) {
      var runner =
          PipelineRunner.of(CheckpointManager.builder().store(store).open()).claiming(LEASE);
      Pipeline list =
          Pipeline.named("etl").then(stage("a")).then(stage("b")).then(stage("c")).build();

      RunReport first = runner.run(list);
      RunReport second = runner.run(list);

      assertThat(ran).containsExactly("a", "b", "c");
      assertThat(first.with(StageOutcome.RAN)).containsExactly("a", "b", "c");
      assertThat(second.with(StageOutcome.SKIPPED)).containsExactly("a", "b", "c");
      assertThat(second.isComplete()).isTrue();
      assertThat(second.resume()).isEmpty();
    }
  }

  @Test
  void run_recordsWhatAStageDependedOnAndMade() throws Exception {
    Path raw = Files.writeString(directory.resolve("raw.csv"), "1,2");
    Path clean = directory.resolve("clean.csv");
    Pipeline pipeline =
        pipeline(
            stage("ingest"),
            PipelineStage.of(
                    "clean",
                    task -> {
                      Files.writeString(clean, "1;2");
                      task.meta("rows", "1");
                      task.payload("text/plain", new byte[] {'x'});
                    })
                .after("ingest")
                .inputs(raw.toString())
                .param("lr", "0.1")
                .codeVersion("3f0c")
                .outputs(clean.toString()));

    runner().run(pipeline).orThrow();

    var record = checkpoints.read("clean").orElseThrow();
    assertThat(record.inputs())
        .containsEntry("params.lr", "0.1")
        .containsEntry("code", "3f0c")
        .hasEntrySatisfying("inputs." + raw, digest -> assertThat(digest).startsWith("sha256:"));
    assertThat(record.fingerprint().orElseThrow()).startsWith("sha256:");
    assertThat(record.upstream())
        .containsExactly(
            Map.entry("ingest", checkpoints.get("ingest").orElseThrow().writeId().orElseThrow()));
    assertThat(record.outputs())
        .hasEntrySatisfying(clean.toString(), made -> assertThat(made.size()).isEqualTo(3));
    assertThat(record.meta()).containsExactly(Map.entry("rows", "1"));
    assertThat(record.payload().orElseThrow()).containsExactly('x');
    assertThat(record.startedAt()).isPresent();
  }

  @Test
  void run_whenATaskThrows_stopsWhatDependsOnItAndGoesOnWithTheRest() {
    Pipeline pipeline =
        pipeline(
            failing("a"),
            stage("after-a", "a"),
            stage("later", "after-a"),
            stage("b"),
            stage("after-b", "b"));

    RunReport report = runner().resumeCommand("checkpoint pipeline run").run(pipeline);

    assertThat(ran).containsExactly("b", "after-b");
    assertThat(report.with(StageOutcome.FAILED)).containsExactly("a");
    assertThat(report.with(StageOutcome.BLOCKED)).containsExactly("after-a", "later");
    assertThat(report.resume()).contains("checkpoint pipeline run");
    StageReport failed = report.find("a").orElseThrow();
    assertThat(failed.failure().orElseThrow()).isInstanceOf(IOException.class);
    assertThat(failed.reason().sentence())
        .isEqualTo("its task failed: java.io.IOException: no space left");
    assertThat(report.find("later").orElseThrow().reason())
        .isEqualTo(
            new Reason(Reason.Code.UPSTREAM_BLOCKED, "it depends on 'a', which is not completed"));
  }

  @Test
  void orThrow_namesTheFailedStages_theirReasons_andHowToResume() {
    Pipeline pipeline =
        pipeline(failing("a"), stage("after-a", "a"), stage("b").inputs("nothere.csv"), stage("c"));
    RunReport report = runner().resumeCommand("java -jar etl.jar").run(pipeline);

    var thrown = catchThrowableOfType(RunIncompleteException.class, report::orThrow);

    assertThat(thrown)
        .hasMessage(
            "The pipeline 'etl' is not completed: 'a' failed: its task failed:"
                + " java.io.IOException: no space left; 'b' is blocked: input 'nothere.csv' is"
                + " missing; after them 'after-a' did not run. Fix that, then resume: java -jar"
                + " etl.jar.")
        .hasCauseInstanceOf(IOException.class);
    assertThat(thrown.report()).contains(report);
  }

  @Test
  void orThrow_ofManyFailures_namesTenAndKeepsTheFailuresOfAll() {
    Pipeline.Builder many = Pipeline.named("etl");
    for (int i = 0; i < 12; i++) {
      many.stage(failing("s" + i));
    }
    RunReport report = runner().run(many.build());

    assertThatThrownBy(report::orThrow)
        .hasMessageContaining("'s9' failed")
        .hasMessageNotContaining("'s10'")
        .hasMessageContaining("; 2 more are not completed. ")
        .satisfies(thrown -> assertThat(thrown.getSuppressed()).hasSize(11));
  }

  @Test
  void orThrow_ofACompletedRun_isTheReport() {
    RunReport report = runner().run(pipeline(stage("a")));

    assertThat(report.orThrow()).isSameAs(report);
  }

  @Test
  void run_whenATaskThrowsAnError_reportsIt() {
    Pipeline pipeline =
        pipeline(
            PipelineStage.of(
                "a",
                task -> {
                  throw new StackOverflowError();
                }),
            stage("b"));

    RunReport report = runner().parallelism(2).run(pipeline);

    assertThat(report.find("a").orElseThrow().failure().orElseThrow())
        .isInstanceOf(StackOverflowError.class);
    assertThat(report.with(StageOutcome.RAN)).containsExactly("b");
  }

  @Test
  void run_underClaims_recordsTheFailureForOthersToSee() {
    var unused = runner().claiming(LEASE).run(pipeline(failing("a")));

    assertThat(checkpoints.status())
        .singleElement()
        .satisfies(
            status -> assertThat(status.detail()).contains("java.io.IOException: no space left"));
  }

  /** Else it would be made again by each run, and no view would show why. */
  @Test
  void run_ofAResultThatIsTooLargeToSave_isARecordedFailure_andIsNotWorkedAgain() {
    CheckpointManager small = CheckpointManager.builder().store(memory).maxPayloadBytes(3).open();
    Pipeline pipeline =
        pipeline(
            PipelineStage.of(
                "a",
                task -> {
                  ran.add("a");
                  task.payload("text/plain", new byte[4]);
                }));

    RunReport first = PipelineRunner.of(small).run(pipeline);
    RunReport second = PipelineRunner.of(small).run(pipeline);

    assertThat(first.find("a").orElseThrow().reason().sentence()).contains("too large");
    assertThat(small.status())
        .singleElement()
        .satisfies(status -> assertThat(status.state()).isEqualTo(StageState.FAILED))
        .satisfies(status -> assertThat(status.detail()).contains("too large"));
    assertThat(second.find("a").orElseThrow().reason().code())
        .isEqualTo(Reason.Code.ATTEMPTS_EXHAUSTED);
    assertThat(second.find("a").orElseThrow().reason().sentence()).contains("too large");
    assertThat(ran).containsExactly("a");
    var again = ClaimOptions.lease(LEASE).overridingMaxAttempts();
    assertThat(runner().claiming(again).run(pipeline).isComplete()).isTrue();
  }

  @Test
  void run_ofAStageThatMayBeginOnce_countsAnInterruptedAttempt() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    Pipeline pipeline =
        pipeline(
            PipelineStage.of(
                    "a",
                    task -> {
                      ran.add("a");
                      if (running.getCount() > 0) {
                        running.countDown();
                        new CountDownLatch(1).await(); // until it is interrupted
                      }
                    })
                .maxAttempts(1));
    CompletableFuture<RunReport> ended = new CompletableFuture<>();
    Thread caller = new Thread(() -> ended.complete(runner().claiming(LEASE).run(pipeline)));
    caller.start();
    running.await();
    caller.interrupt();

    assertThat(ended.get().find("a").orElseThrow().reason().code())
        .isEqualTo(Reason.Code.INTERRUPTED);

    assertThat(codeOf("a", runner().claiming(LEASE).run(pipeline)))
        .isEqualTo(Reason.Code.ATTEMPTS_EXHAUSTED);
    assertThat(ran).containsExactly("a");
  }

  /** Nothing ran under its claim. */
  @Test
  void run_ofAStageThatMayBeginOnce_doesNotCountWhatNeverBegan() throws Exception {
    Path input = directory.resolve("in.txt");
    Pipeline pipeline = pipeline(stage("a").inputs(input.toString()).maxAttempts(1));

    assertThat(codeOf("a", runner().claiming(LEASE).run(pipeline)))
        .isEqualTo(Reason.Code.INPUT_MISSING);
    Files.writeString(input, "x");

    assertThat(codeOf("a", runner().claiming(LEASE).run(pipeline)))
        .isEqualTo(Reason.Code.NOT_COMPLETED);
    assertThat(ran).containsExactly("a");
  }

  private static Reason.Code codeOf(String stage, RunReport report) {
    return report.find(stage).orElseThrow().reason().code();
  }

  @Test
  void run_afterAsManyFailuresAsAllowed_doesNotTryAgain() {
    Pipeline pipeline = pipeline(failing("a").maxAttempts(2), stage("b", "a"));
    for (int failure = 0; failure < 2; failure++) {
      assertThat(runner().claiming(LEASE).run(pipeline).with(StageOutcome.FAILED))
          .containsExactly("a");
    }

    RunReport third = runner().claiming(LEASE).run(pipeline);

    StageReport report = third.find("a").orElseThrow();
    assertThat(report.outcome()).isEqualTo(StageOutcome.FAILED);
    assertThat(report.reason().code()).isEqualTo(Reason.Code.ATTEMPTS_EXHAUSTED);
    assertThat(third.with(StageOutcome.BLOCKED)).containsExactly("b");
  }

  @Test
  void run_ofADiamond_runsIndependentStagesAtTheSameTime() {
    CyclicBarrier both = new CyclicBarrier(2);
    PipelineTask meeting = task -> both.await(60, TimeUnit.SECONDS);
    Pipeline diamond =
        pipeline(
            stage("a"),
            PipelineStage.of("left", meeting).after("a"),
            PipelineStage.of("right", meeting).after("a"),
            stage("end", "left", "right"));

    RunReport report = runner().parallelism(2).claiming(LEASE).run(diamond);

    assertThat(report.isComplete()).isTrue();
    assertThat(ran).containsExactly("a", "end");
  }

  @Test
  void run_onTheCallersExecutor_usesItAndLeavesItRunning() throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(2);
    try {
      AtomicReference<String> thread = new AtomicReference<>();
      Pipeline pipeline =
          pipeline(PipelineStage.of("a", task -> thread.set(Thread.currentThread().getName())));

      assertThat(runner().executor(executor).run(pipeline).isComplete()).isTrue();

      assertThat(thread.get()).startsWith("pool-");
      assertThat(executor.isShutdown()).isFalse();
      assertThat(executor.submit(() -> "alive").get()).isEqualTo("alive");
    } finally {
      executor.shutdownNow();
    }
  }

  /**
   * A caller's executor as a run uses it: {@link #execute} and {@link #settled} are called by the
   * thread of the run alone, so what they count is exact.
   */
  private static final class CountingExecutor implements Executor, RunListener, AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final int room;
    private int underWay;
    private int mostUnderWay;
    private int refused;

    CountingExecutor(int room) {
      this.room = room;
    }

    @Override
    public void execute(Runnable turn) {
      if (underWay == room) {
        refused++;
        throw new RejectedExecutionException("no room");
      }
      threads.execute(turn);
      underWay++;
      mostUnderWay = Math.max(mostUnderWay, underWay);
    }

    @Override
    public void settled(StageReport report) {
      underWay--;
    }

    @Override
    public void close() {
      threads.shutdownNow();
    }
  }

  @Test
  void run_onAnExecutorThatHasNoRoom_waitsForRoom() {
    try (var executor = new CountingExecutor(1)) {
      Pipeline pipeline = pipeline(stage("a"), stage("b"), stage("c"));

      RunReport report = runner().executor(executor).listener(executor).run(pipeline);

      assertThat(report.stages()).extracting(StageReport::outcome).containsOnly(StageOutcome.RAN);
      assertThat(ran).containsExactly("a", "b", "c");
      assertThat(executor.refused).isPositive();
    }
  }

  /** Tasks that wait for each other in threes end only if three run at once. */
  @Test
  void run_hasAsManyUnderWayAsAllowed_andNeverMore() {
    CyclicBarrier three = new CyclicBarrier(3);
    Pipeline.Builder wide = Pipeline.named("wide");
    for (int i = 0; i < 30; i++) {
      wide.stage(PipelineStage.of("s" + i, task -> three.await(60, TimeUnit.SECONDS)));
    }
    try (var executor = new CountingExecutor(Integer.MAX_VALUE)) {
      RunReport report =
          runner().executor(executor).listener(executor).parallelism(3).run(wide.build());

      assertThat(report.isComplete()).isTrue();
      assertThat(executor.mostUnderWay).isEqualTo(3);
    }
  }

  @Test
  void run_onAnExecutorThatWasShutDown_saysSo() {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    executor.shutdown();

    RunReport report = runner().executor(executor).run(pipeline(stage("a"), stage("b", "a")));

    assertThat(report.find("a").orElseThrow().reason().code()).isEqualTo(Reason.Code.REJECTED);
    assertThat(report.find("b").orElseThrow().reason().code())
        .isEqualTo(Reason.Code.UPSTREAM_BLOCKED);
  }

  @Test
  void run_whenInterrupted_interruptsItsTasksAndReportsAllStages() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    Pipeline pipeline =
        pipeline(
            PipelineStage.of(
                "a",
                task -> {
                  running.countDown();
                  new CountDownLatch(1).await();
                }),
            stage("b", "a"),
            stage("c", "b"));
    CompletableFuture<RunReport> ended = new CompletableFuture<>();
    AtomicBoolean flag = new AtomicBoolean();
    Thread caller =
        new Thread(
            () -> {
              ended.complete(runner().claiming(LEASE).run(pipeline));
              flag.set(Thread.currentThread().isInterrupted());
            });
    caller.start();
    running.await();

    caller.interrupt();
    caller.join();

    RunReport report = ended.getNow(null);
    assertThat(flag.get()).isTrue();
    assertThat(report.interrupted()).isTrue();
    assertThat(report.stages())
        .extracting(stage -> stage.reason().code())
        .containsOnly(Reason.Code.INTERRUPTED);
    assertThat(report.find("a").orElseThrow().outcome()).isEqualTo(StageOutcome.FAILED);
    assertThat(report.find("b").orElseThrow().outcome()).isEqualTo(StageOutcome.BLOCKED);
    // The claim was given back without a failure.
    assertThat(checkpoints.status())
        .singleElement()
        .satisfies(status -> assertThat(status.holder().orElseThrow().failures()).isZero());
    assertThat(runner().claiming(LEASE).run(pipeline(stage("a"))).isComplete()).isTrue();
  }

  /** The claim is not to be trusted after a suspension; that nothing ran is certain. */
  @Test
  void run_whenTheMachineIsSuspendedBeforeATaskBegins_countsNoAttempt() {
    ManualTime time = new ManualTime();
    ManualTime.Machine machine = time.machine();
    MemoryStore shared = new MemoryStore(time);
    AtomicBoolean suspended = new AtomicBoolean();
    FaultyStore faulty =
        FaultyStore.around(shared)
            .failWhen(
                call -> {
                  boolean now =
                      call.key().equals("rollback.journal")
                          && shared.read("a.claim").isPresent()
                          && suspended.compareAndSet(false, true);
                  if (now) {
                    machine.suspend(Duration.ofSeconds(20));
                  }
                  return now;
                },
                Fault.FAIL_BEFORE);
    CheckpointManager driven = DrivenManager.open(faulty, machine, "alice");
    Pipeline once = pipeline(stage("a").maxAttempts(1));

    RunReport report =
        DrivenRunner.run(driven, once, ClaimOptions.lease(Duration.ofSeconds(60)), machine);

    assertThat(suspended).isTrue();
    assertThat(report.isComplete()).isTrue();
    assertThat(ran).containsExactly("a");
  }

  @Test
  void run_whenItsClaimIsReleasedByForce_stopsTheTask_andDoesNotBeginItAgain() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    List<Long> attempts = Collections.synchronizedList(new ArrayList<>());
    Pipeline pipeline =
        pipeline(
            PipelineStage.of(
                "a",
                task -> {
                  attempts.add(task.attempt());
                  running.countDown();
                  if (task.attempt() == 1) {
                    new CountDownLatch(1).await(); // until it is interrupted
                  }
                }));
    CompletableFuture<RunReport> ended = new CompletableFuture<>();
    Thread caller =
        new Thread(() -> ended.complete(runner().claiming(Duration.ofSeconds(5)).run(pipeline)));
    caller.start();
    running.await();

    checkpoints.release("a", "by force");
    caller.join();

    StageReport stopped = ended.getNow(null).find("a").orElseThrow();
    assertThat(attempts).containsExactly(1L);
    assertThat(stopped.outcome()).isEqualTo(StageOutcome.NOT_SAVED);
    assertThat(stopped.reason().code()).isEqualTo(Reason.Code.CLAIM_LOST);
    assertThat(stopped.reason().sentence()).contains("taken away (cleared or released)");
  }

  @Test
  void run_whenItsClaimIsLost_stopsTheTaskAndTakesItsTurnAgain() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    List<Long> attempts = Collections.synchronizedList(new ArrayList<>());
    List<String> waits = Collections.synchronizedList(new ArrayList<>());
    Pipeline pipeline =
        pipeline(
            PipelineStage.of(
                "a",
                task -> {
                  attempts.add(task.attempt());
                  if (task.attempt() == 1) {
                    running.countDown();
                    new CountDownLatch(1).await(); // until it is interrupted
                  }
                }));
    RunListener listener =
        new RunListener() {
          @Override
          public void waiting(String stage, String reason) {
            waits.add(reason);
          }
        };
    // No renewal of the first attempt lands, so its lease runs out.
    FaultyStore cutOff =
        FaultyStore.around(memory)
            .failWhen(
                call ->
                    call.operation() == Operation.REPLACE
                        && call.key().equals("a.claim")
                        && attempts.equals(List.of(1L))
                        && waits.isEmpty(),
                Fault.FAIL_BEFORE);
    CompletableFuture<RunReport> ended = new CompletableFuture<>();
    Thread caller =
        new Thread(
            () ->
                ended.complete(
                    PipelineRunner.of(CheckpointManager.builder().store(cutOff).open())
                        .claiming(Duration.ofSeconds(5))
                        .listener(listener)
                        .run(pipeline)));
    caller.start();
    running.await();
    caller.join();

    assertThat(ended.getNow(null).find("a").orElseThrow().attempt()).isEqualTo(2);
    assertThat(ended.getNow(null).isComplete()).isTrue();
    assertThat(attempts).containsExactly(1L, 2L);
    assertThat(waits).startsWith("its claim was lost");
    assertThat(ended.getNow(null).interrupted()).isFalse();
  }

  @Test
  void run_whenATaskSucceedsInSpiteOfTheInterrupt_savesIt() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    Pipeline pipeline =
        pipeline(
            PipelineStage.of(
                "a",
                task -> {
                  running.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt(); // and it leaves the flag set
                  }
                }),
            stage("b", "a"));
    CompletableFuture<RunReport> ended = new CompletableFuture<>();
    Thread caller = new Thread(() -> ended.complete(runner().run(pipeline)));
    caller.start();
    running.await();

    caller.interrupt();
    caller.join();

    RunReport report = ended.getNow(null);
    assertThat(report.with(StageOutcome.RAN)).containsExactly("a");
    assertThat(report.find("b").orElseThrow().reason().code()).isEqualTo(Reason.Code.INTERRUPTED);
    assertThat(checkpoints.has("a")).isTrue();
  }

  @Test
  void run_whenTheRecordsCannotBeRead_runsNothing() {
    FaultyStore faulty = FaultyStore.around(memory).failAt(0, Fault.FAIL_BEFORE);
    var unanswered = CheckpointManager.builder().store(faulty).open();

    assertThatThrownBy(() -> PipelineRunner.of(unanswered).run(pipeline(stage("a"))))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(ran).isEmpty();
  }

  @Test
  void run_whenTheCheckpointCannotBeSaved_saysThatTheTaskSucceeded() {
    FaultyStore faulty =
        FaultyStore.around(memory)
            .failWhen(
                call -> call.operation() == Operation.CREATE && call.key().equals("a.checkpoint"),
                Fault.FAIL_BEFORE);
    var failing = CheckpointManager.builder().store(faulty).open();

    RunReport report = PipelineRunner.of(failing).run(pipeline(stage("a"), stage("b", "a")));

    assertThat(ran).containsExactly("a");
    StageReport unsaved = report.find("a").orElseThrow();
    assertThat(unsaved.outcome()).isEqualTo(StageOutcome.NOT_SAVED);
    assertThat(unsaved.reason().sentence())
        .startsWith("its task succeeded, but its checkpoint was not saved: ");
    assertThat(unsaved.failure().orElseThrow()).isInstanceOf(StoreUnavailableException.class);
    assertThat(report.with(StageOutcome.BLOCKED)).containsExactly("b");
    assertThat(report.isComplete()).isFalse();
  }

  @Test
  void run_whenSavingIsBestEffort_goesOnWithoutTheRecord() {
    FaultyStore faulty =
        FaultyStore.around(memory)
            .failWhen(
                call -> call.operation() == Operation.CREATE && call.key().equals("a.checkpoint"),
                Fault.FAIL_BEFORE);
    var failing =
        CheckpointManager.builder().store(faulty).failureMode(FailureMode.BEST_EFFORT).open();
    PlanOptions strict = PlanOptions.standard().withPolicy(ResumePolicy.FINGERPRINT);

    RunReport report =
        PipelineRunner.of(failing).options(strict).run(pipeline(stage("a"), stage("b", "a")));

    assertThat(ran).containsExactly("a", "b");
    assertThat(report.with(StageOutcome.NOT_SAVED)).containsExactly("a");
    assertThat(report.with(StageOutcome.RAN)).containsExactly("b");
    assertThat(report.isComplete()).isFalse();
    assertThat(checkpoints.get("b").orElseThrow().upstream()).isEmpty();
  }

  @Test
  void run_overADamagedRecord_runsAndRepairs() {
    Records.putCheckpoint(memory, "a", "rubbish");

    RunReport report = runner().claiming(LEASE).run(pipeline(stage("a")));

    assertThat(report.find("a").orElseThrow().reason().code()).isEqualTo(Reason.Code.DAMAGED);
    assertThat(checkpoints.has("a")).isTrue();
  }

  @Test
  void run_overARecordThatCannotBeRead_isBlockedAndLeavesIt() {
    Records.putCheckpoint(memory, "a", Records.NEWER_FORMAT);

    RunReport report = runner().run(pipeline(stage("a"), stage("b", "a")));

    assertThat(ran).isEmpty();
    assertThat(report.find("a").orElseThrow().reason().code()).isEqualTo(Reason.Code.UNREADABLE);
    assertThat(report.find("b").orElseThrow().reason().code())
        .isEqualTo(Reason.Code.UPSTREAM_BLOCKED);
  }

  @Test
  void run_withoutADeclaredInput_isBlockedBeforeTheTask() {
    String path = directory.resolve("raw.csv").toString();

    RunReport report = runner().claiming(LEASE).run(pipeline(stage("a").inputs(path)));

    assertThat(ran).isEmpty();
    assertThat(report.find("a").orElseThrow().outcome()).isEqualTo(StageOutcome.BLOCKED);
    assertThat(report.find("a").orElseThrow().reason())
        .isEqualTo(new Reason(Reason.Code.INPUT_MISSING, "input '" + path + "' is missing"));
  }

  /** As a mount that hangs. It ends by itself, so that a failing test does. */
  @Test
  void run_interruptedWhileAnInputHangs_ends() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    AtomicBoolean over = new AtomicBoolean();
    InputSource hanging =
        new InputSource() {
          @Override
          public boolean knows(String name) {
            return name.equals("hanging");
          }

          @Override
          public Optional<ContentDigest> identify(String name) throws InputException {
            reading.countDown();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (System.nanoTime() < end) {
              LockSupport.parkNanos(end - System.nanoTime());
              Thread.interrupted();
            }
            over.set(true);
            throw new InputException("it was read to its end.");
          }
        };
    Thread caller = Thread.currentThread();
    Thread interrupter =
        new Thread(
            () -> {
              try {
                reading.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              caller.interrupt();
            });
    interrupter.start();

    RunReport report = runner().source(hanging).run(pipeline(stage("a").inputs("hanging")));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(over).as("whether it waited for the input").isFalse();
    assertThat(report.find("a").orElseThrow().reason().code())
        .isEqualTo(Reason.Code.INPUT_UNREADABLE);
    assertThat(report.find("a").orElseThrow().reason().sentence()).contains("the reading hangs");
    assertThat(ran).isEmpty();
    interrupter.join();
  }

  /** A source that reads until it is interrupted, as a large file would be. */
  @Test
  void run_interruptedWhileItReadsAnInput_ends() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    InputSource endless =
        new InputSource() {
          @Override
          public boolean knows(String name) {
            return name.equals("endless");
          }

          @Override
          public Optional<ContentDigest> identify(String name) throws InputException {
            reading.countDown();
            try {
              Thread.sleep(Duration.ofDays(1).toMillis());
              return Optional.empty();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              throw new InputException("it was not read to its end.", e);
            }
          }
        };
    Thread caller = Thread.currentThread();
    Thread interrupter =
        new Thread(
            () -> {
              try {
                reading.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              caller.interrupt();
            });
    interrupter.start();

    RunReport report = runner().source(endless).run(pipeline(stage("a").inputs("endless")));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(report.interrupted()).isTrue();
    assertThat(report.find("a").orElseThrow().reason())
        .isEqualTo(new Reason(Reason.Code.INPUT_UNREADABLE, "input it was not read to its end."));
    assertThat(ran).isEmpty();
    interrupter.join();
  }

  @Test
  void run_whenATaskDoesNotMakeItsOutput_fails() {
    String path = directory.resolve("out.csv").toString();

    RunReport report = runner().claiming(LEASE).run(pipeline(stage("a").outputs(path)));

    assertThat(report.find("a").orElseThrow().outcome()).isEqualTo(StageOutcome.FAILED);
    assertThat(report.find("a").orElseThrow().reason().code())
        .isEqualTo(Reason.Code.OUTPUT_MISSING);
    assertThat(checkpoints.has("a")).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void run_afterAnInputChanged_replacesExactlyTheCheckpointsThatAreStale(LocalStore kind)
      throws Exception {
    Path raw = Files.writeString(directory.resolve("raw.csv"), "1");
    try (var store = kind.open(directory.resolve("store"))) {
      var manager = CheckpointManager.builder().store(store).open();
      Pipeline pipeline = pipeline(stage("a").inputs(raw.toString()), stage("b", "a"), stage("c"));
      PlanOptions strict = PlanOptions.standard().withPolicy(ResumePolicy.FINGERPRINT);
      var runner = PipelineRunner.of(manager).options(strict).claiming(LEASE);
      runner.run(pipeline).orThrow();
      var first = manager.get("a").orElseThrow();
      Files.writeString(raw, "2");

      RunReport report = runner.run(pipeline);

      assertThat(ran).containsExactly("a", "c", "b", "a", "b");
      assertThat(report.find("a").orElseThrow().reason().sentence())
          .isEqualTo("input '" + raw + "' changed");
      assertThat(report.find("b").orElseThrow().reason().code())
          .isEqualTo(Reason.Code.UPSTREAM_RERUN);
      assertThat(manager.get("a").orElseThrow().writeId()).isNotEqualTo(first.writeId());
      assertThat(runner.run(pipeline).with(StageOutcome.SKIPPED)).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void run_whenTheStaleCheckpointWasReplacedMeanwhile_keepsTheOther(boolean claims) {
    Pipeline pipeline =
        pipeline(
            PipelineStage.of(
                    "a",
                    task -> {
                      ran.add("a");
                      var seen = checkpoints.get("a").orElseThrow();
                      checkpoints.replace(seen, SaveOptions.none().meta("by", "other"));
                    })
                .param("p", "2"));
    checkpoints.save("a");
    PlanOptions strict = PlanOptions.standard().withPolicy(ResumePolicy.FINGERPRINT);

    var runner = runner().options(strict);
    RunReport report = (claims ? runner : runner.withoutClaims()).run(pipeline);

    assertThat(report.with(StageOutcome.BLOCKED)).containsExactly("a");
    assertThat(report.find("a").orElseThrow().reason().code()).isEqualTo(Reason.Code.OTHER_INPUTS);
    assertThat(checkpoints.get("a").orElseThrow().meta()).containsEntry("by", "other");
  }

  /** Runs the same stages from these parameters, as another worker would. */
  private void runElsewhere(Map<String, String> params) {
    Pipeline.Builder other = Pipeline.named("etl");
    params.forEach((name, value) -> other.then(PipelineStage.of(name, t -> {}).param("p", value)));
    PipelineRunner.of(CheckpointManager.builder().store(memory).user("bob").open())
        .withoutClaims() // since it runs while the same stage is claimed
        .options(STRICT)
        .run(other.build())
        .orThrow();
  }

  private PipelineStage.Builder during(String name, PipelineTask work) {
    return PipelineStage.of(
            name,
            task -> {
              ran.add(name);
              work.run(task);
            })
        .param("p", "1");
  }

  @Test
  void run_whenAnotherCompletedTheStageMeanwhileFromOtherInputs_isBlockedAndSaysSo() {
    Pipeline pipeline =
        pipeline(during("a", task -> runElsewhere(Map.of("a", "2"))), stage("b", "a"));

    RunReport report = runner().options(STRICT).run(pipeline);

    assertThat(ran).containsExactly("a");
    assertThat(report.with(StageOutcome.BLOCKED)).containsExactly("a", "b");
    assertThat(report.find("a").orElseThrow().reason().sentence())
        .startsWith(
            "its task succeeded, but another worker completed it in the meantime from other"
                + " inputs, and that checkpoint is current: ")
        .contains("by bob");
    assertThat(checkpoints.get("a").orElseThrow().inputs()).containsEntry("params.p", "2");
  }

  @Test
  void run_whenAnotherCompletedTheStageMeanwhileFromTheSameInputs_isDone() {
    Pipeline pipeline = pipeline(during("a", task -> runElsewhere(Map.of("a", "1"))));

    RunReport report = runner().options(STRICT).run(pipeline);

    assertThat(report.with(StageOutcome.RAN)).containsExactly("a");
    assertThat(checkpoints.get("a").orElseThrow().user()).contains("bob");
  }

  /** Under EXISTS any checkpoint completes the stage, whatever it was made from. */
  @Test
  void run_underExists_whenAnotherCompletedTheStageFromOtherInputs_isDone() {
    Pipeline pipeline = pipeline(during("a", task -> runElsewhere(Map.of("a", "2"))));

    assertThat(runner().run(pipeline).with(StageOutcome.RAN)).containsExactly("a");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void run_whenAnotherCompletedALaterStageFromOtherInputs_doesNotRunItAgain(boolean claims) {
    Pipeline pipeline =
        pipeline(
            during("a", task -> runElsewhere(Map.of("b", "2"))),
            during("b", task -> {}).after("a"));
    PipelineRunner.Builder runner = runner().options(STRICT);

    RunReport report = (claims ? runner.claiming(LEASE) : runner.withoutClaims()).run(pipeline);

    assertThat(ran).containsExactly("a");
    assertThat(report.find("b").orElseThrow().reason().code()).isEqualTo(Reason.Code.OTHER_INPUTS);
    assertThat(report.find("b").orElseThrow().reason().sentence())
        .contains("parameter 'p' changed from 2 to 1");
    assertThat(checkpoints.get("b").orElseThrow().user()).contains("bob");
    assertThat(runner.run(pipeline).with(StageOutcome.RAN)).as("the next run").contains("b");
  }

  /** It would be recorded as built on a checkpoint that this run never made, nor settled on. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void run_whenAnUpstreamWasCompletedAgainFromOtherInputs_buildsNothingOnIt(boolean claims) {
    Pipeline pipeline =
        pipeline(
            during("train", task -> {}),
            during("wait", task -> runElsewhere(Map.of("train", "2"))).after("train"),
            during("publish", task -> {}).after("train", "wait"));
    PipelineRunner.Builder runner = runner().options(STRICT);

    RunReport report = (claims ? runner.claiming(LEASE) : runner.withoutClaims()).run(pipeline);

    assertThat(ran).containsExactly("train", "wait");
    assertThat(report.find("publish").orElseThrow().reason())
        .isEqualTo(
            new Reason(
                Reason.Code.UPSTREAM_CHANGED,
                "another worker completed 'train' in the meantime from other inputs: parameter"
                    + " 'p' changed from 2 to 1"));
    assertThat(checkpoints.has("publish")).isFalse();
  }

  /** Decided again: it is what this run's declaration makes, and the next stage is built on it. */
  @Test
  void run_whenItsUpstreamWasCompletedAgainFromTheSameInputs_buildsOnTheNewOne() {
    Pipeline pipeline =
        pipeline(
            during("x", task -> {}),
            during("a", task -> {}).after("x"),
            during("wait", task -> runAgain("x", "a")).after("a"),
            during("b", task -> {}).after("a", "wait"));

    RunReport report = runner().options(STRICT).run(pipeline);

    assertThat(report.isComplete()).isTrue();
    assertThat(checkpoints.get("b").orElseThrow().upstream())
        .containsEntry("a", checkpoints.get("a").orElseThrow().identity());
    assertThat(checkpoints.get("a").orElseThrow().user()).contains("bob");
  }

  private void completeAs(String pipeline, String stage) {
    PipelineRunner.of(CheckpointManager.builder().store(memory).user("bob").open())
        .adopt()
        .withoutClaims()
        .options(PlanOptions.standard().withRerun(List.of(stage)))
        .run(Pipeline.named(pipeline).stage(PipelineStage.of(stage, t -> {})).build())
        .orThrow();
  }

  @ParameterizedTest
  @EnumSource
  void run_overCheckpointsOfAnotherPipeline_isRefused(ResumePolicy policy) {
    completeAs("shop", "b");
    var runner = runner().options(PlanOptions.standard().withPolicy(policy));
    Pipeline etl = pipeline(stage("a"), stage("b"));

    assertThatThrownBy(() -> runner.run(etl))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(
            "another pipeline has completed stages of the same name there: 'b' of 'shop'")
        .hasMessageContainingAll("store:", "--adopt");
    assertThatThrownBy(() -> runner.build().read(etl)).isInstanceOf(InvalidInputException.class);

    assertThat(ran).isEmpty();
    assertThat(checkpoints.get("b").flatMap(Checkpoint::pipeline)).contains("shop");
  }

  @Test
  void run_thatAdopts_countsCheckpointsOfAnotherPipeline() {
    completeAs("shop", "b");

    RunReport report = runner().adopt().run(pipeline(stage("a"), stage("b", "a")));

    assertThat(report.with(StageOutcome.SKIPPED)).containsExactly("b");
    assertThat(checkpoints.get("a").flatMap(Checkpoint::pipeline)).contains("etl");
  }

  /** Plain saves, and records of other tools, are no pipeline's. */
  @Test
  void run_overCheckpointsOfNoPipeline_countsThem() {
    checkpoints.save("a");
    Records.putCheckpoint(memory, "b", "COMPLETED\n");

    assertThat(runner().run(pipeline(stage("a"), stage("b"))).with(StageOutcome.SKIPPED))
        .containsExactly("a", "b");
  }

  /** Also under EXISTS: a checkpoint of the same name is not the same stage's. */
  @ParameterizedTest
  @EnumSource
  void run_whenAnotherPipelineCompletesALaterStage_isBlocked(ResumePolicy policy) {
    Pipeline etl =
        pipeline(during("a", task -> completeAs("shop", "b")), during("b", t -> {}).after("a"));

    RunReport report =
        runner().options(PlanOptions.standard().withPolicy(policy)).claiming(LEASE).run(etl);

    assertThat(ran).containsExactly("a");
    assertThat(report.find("b").orElseThrow().reason().code())
        .isEqualTo(Reason.Code.OTHER_PIPELINE);
    assertThat(report.find("b").orElseThrow().outcome()).isEqualTo(StageOutcome.BLOCKED);
  }

  @Test
  void run_whenAnotherPipelineCompletedTheStageMeanwhile_isBlocked() {
    RunReport report = runner().run(pipeline(during("a", task -> completeAs("shop", "a"))));

    assertThat(report.find("a").orElseThrow().reason().code())
        .isEqualTo(Reason.Code.OTHER_PIPELINE);
    assertThat(report.isComplete()).isFalse();
  }

  @Test
  void run_whenAnotherPipelineCompletedAnUpstreamAgain_buildsNothingOnIt() {
    Pipeline etl =
        pipeline(
            during("a", task -> {}),
            during("wait", task -> completeAs("shop", "a")).after("a"),
            during("b", task -> {}).after("a", "wait"));

    RunReport report = runner().run(etl);

    assertThat(report.find("b").orElseThrow().reason())
        .isEqualTo(
            new Reason(
                Reason.Code.UPSTREAM_CHANGED, "the pipeline 'shop' completed 'a' in the meantime"));
  }

  /** As another worker would, whom an operator has told to. */
  private void runAgain(String... stages) {
    Pipeline.Builder same = Pipeline.named("etl");
    List.of(stages).forEach(name -> same.then(PipelineStage.of(name, t -> {}).param("p", "1")));
    PipelineRunner.of(CheckpointManager.builder().store(memory).user("bob").open())
        .options(STRICT.withRerun(List.of(stages)))
        .run(same.build())
        .orThrow();
  }

  @Test
  void run_whenAnUpstreamIsClearedMeanwhile_doesNotBuildOnIt() {
    Pipeline pipeline =
        pipeline(
            stage("a"),
            PipelineStage.of("b", task -> checkpoints.clear(List.of("a"))).after("a"),
            stage("c", "a", "b"));

    RunReport report = runner().run(pipeline);

    assertThat(report.find("c").orElseThrow().reason())
        .isEqualTo(
            new Reason(
                Reason.Code.UPSTREAM_CLEARED,
                "the checkpoint of 'a' was cleared while the pipeline ran"));
    assertThat(ran).containsExactly("a");
  }

  @Test
  void run_whenAnotherCompletesAStageMeanwhile_skipsIt() {
    Pipeline pipeline =
        pipeline(
            PipelineStage.of("a", task -> checkpoints.save("b")), stage("b", "a"), stage("c", "b"));

    RunReport report = runner().claiming(LEASE).run(pipeline);

    assertThat(ran).containsExactly("c");
    assertThat(report.with(StageOutcome.SKIPPED)).containsExactly("b");
  }

  @Test
  void run_askedToRunAStageAgain_doesSoOnce() {
    Pipeline pipeline = pipeline(stage("a"), stage("b", "a"));
    runner().run(pipeline).orThrow();

    RunReport report =
        runner().options(PlanOptions.standard().withRerun(List.of("a"))).run(pipeline);

    assertThat(ran).containsExactly("a", "b", "a");
    assertThat(report.with(StageOutcome.SKIPPED)).containsExactly("b");
  }

  @Test
  void run_whenAnOutputIsGone_runsAgainIfAskedToLook() throws Exception {
    Path out = directory.resolve("out");
    Pipeline pipeline =
        pipeline(
            PipelineStage.of("a", task -> Files.writeString(out, "x")).outputs(out.toString()));
    runner().run(pipeline).orThrow();
    Files.delete(out);

    assertThat(runner().run(pipeline).with(StageOutcome.SKIPPED)).containsExactly("a");
    RunReport report = runner().options(PlanOptions.standard().withCheckOutputs()).run(pipeline);

    assertThat(report.find("a").orElseThrow().reason())
        .isEqualTo(new Reason(Reason.Code.OUTPUT_MISSING, "output '" + out + "' is missing"));
    assertThat(out).exists();
  }

  @Test
  void run_ofAnAlreadyCompletedStageAfterAFailure_isSkippedAndNothingRunsBehindIt() {
    checkpoints.save("b");
    Pipeline pipeline = pipeline(failing("a"), stage("b", "a"), stage("c", "b"));

    RunReport report = runner().run(pipeline);

    assertThat(report.with(StageOutcome.SKIPPED)).containsExactly("b");
    assertThat(report.with(StageOutcome.BLOCKED)).containsExactly("c");
    assertThat(ran).isEmpty();
  }

  @Test
  void listener_isToldInOrder_andMayThrow() {
    List<String> told = new ArrayList<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void planned(ResumePlan plan) {
            told.add("planned " + plan.toRun());
            throw new IllegalStateException("ignored");
          }

          @Override
          public void started(String stage, long attempt, Reason why) {
            told.add("started " + stage + " " + attempt + " " + why.sentence());
          }

          @Override
          public void progress(String stage, String text) {
            told.add("progress " + stage + " " + text);
          }

          @Override
          public void settled(StageReport report) {
            told.add(report.outcome() + " " + report.stage());
          }

          @Override
          public void finished(RunReport report) {
            told.add("finished " + report.isComplete());
          }
        };
    Pipeline pipeline = pipeline(PipelineStage.of("a", task -> task.progress("half")));

    runner().claiming(LEASE).listener(listener).run(pipeline).orThrow();

    assertThat(told)
        .containsExactly(
            "planned [a]",
            "started a 1 it has no checkpoint",
            "progress a half",
            "RAN a",
            "finished true");
  }
}
