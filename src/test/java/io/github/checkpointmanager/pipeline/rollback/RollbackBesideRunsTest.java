package io.github.checkpointmanager.pipeline.rollback;

import static io.github.checkpointmanager.pipeline.rollback.Deployment.STEPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.AttemptsExhaustedException;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimLostException;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.DrivenManager;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.StageState;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineRunner;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.Reason.Code;
import io.github.checkpointmanager.pipeline.RunListener;
import io.github.checkpointmanager.pipeline.RunReport;
import io.github.checkpointmanager.pipeline.StageReport;
import io.github.checkpointmanager.pipeline.StageReport.StageOutcome;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultyStore;
import io.github.checkpointmanager.testing.TimelessStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A rollback and claimed runs of the same location exclude each other. */
class RollbackBesideRunsTest {
  private static final Duration LEASE = Duration.ofSeconds(30);

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-23T14:00:00Z"));
  private final MemoryStore store = new MemoryStore(now::get);
  private final CheckpointManager checkpoints = manager();
  private final Deployment deployment = new Deployment();

  private CheckpointManager manager() {
    return CheckpointManager.builder().store(store).open();
  }

  private Rollback rollback() {
    return Rollback.of(manager(), deployment.pipeline());
  }

  private PipelineRunner.Builder claimingRun() {
    return PipelineRunner.of(checkpoints).claiming(LEASE);
  }

  private static List<StageOutcome> outcomes(RunReport report) {
    return report.stages().stream().map(StageReport::outcome).toList();
  }

  private static List<Code> codes(RunReport report) {
    return report.stages().stream().map(stage -> stage.reason().code()).toList();
  }

  /** Fails the compensation of one stage at its first attempt. */
  private void stopAt(String stage) {
    deployment.during =
        context -> {
          if (context.stage().equals(stage) && context.attempt() == 1) {
            throw new IOException("no route to host");
          }
        };
    assertThat(rollback().run().isComplete()).isFalse();
  }

  /** The last stage depends on none of the others: no record before it shows that they are gone. */
  private static Pipeline withIndependentStage() {
    return Pipeline.named("deployment")
        .stage(PipelineStage.of("migrate", task -> {}))
        .stage(PipelineStage.of("announce", task -> {}))
        .stage(PipelineStage.of("deploy", task -> {}).after("migrate"))
        .build();
  }

  private RunListener after(String stage, Runnable action) {
    return new RunListener() {
      @Override
      public void settled(StageReport report) {
        if (report.stage().equals(stage) && report.isCompleted()) {
          action.run();
        }
      }
    };
  }

  private void rollsBack() {
    assertThat(rollback().run().isComplete()).isTrue();
    assertThat(checkpoints.completed()).isEmpty();
  }

  /** A compensation is no attempt of its stage, which may begin only once. */
  @Test
  void rollback_ofAStageThatMayBeginOnce_isTriedAgainUntilItSucceeds() {
    ClaimOptions once = ClaimOptions.untilDeadline(LEASE).atMostOnce();
    for (String stage : STEPS) {
      ((ClaimResult.Held) checkpoints.claim(stage, once)).claim().complete();
    }
    now.updateAndGet(time -> time.plusSeconds(10));
    stopAt("deploy");

    assertThatCode(() -> rollback().run().isComplete()).doesNotThrowAnyException();

    assertThat(checkpoints.completed()).isEmpty();
    assertThat(checkpoints.claim("deploy", once)).isInstanceOf(ClaimResult.Held.class);
  }

  @Test
  void rollback_overAStageThatIsReplacedMeanwhile_isAConflict_andGivesItsJournalUp() {
    Deployment.complete(checkpoints, STEPS);
    deployment.during =
        context -> {
          if (context.stage().equals("switch")) {
            checkpoints.replace(checkpoints.get("deploy").orElseThrow(), SaveOptions.none());
          }
        };

    assertThatThrownBy(() -> rollback().run())
        .isInstanceOf(RollbackException.class)
        .hasMessageContaining("the checkpoint of 'deploy' changed");
    assertThat(rollback().run().undone()).containsExactly("deploy", "migrate");
  }

  @Test
  void rollback_overADeadWorkersOnlyAttempt_doesNotGiveItBack() {
    ClaimOptions once = ClaimOptions.untilDeadline(LEASE).atMostOnce();
    assertThat(checkpoints.claim("switch", once)).isInstanceOf(ClaimResult.Held.class);
    checkpoints.save("migrate");
    now.updateAndGet(time -> time.plus(LEASE.multipliedBy(2)));

    assertThat(rollback().run().undone()).containsExactly("migrate");

    assertThat(checkpoints.status())
        .extracting(StageStatus::state)
        .doesNotContain(StageState.RUNNING, StageState.LATE);
    assertThatThrownBy(() -> checkpoints.claim("switch", once))
        .isInstanceOf(AttemptsExhaustedException.class);
  }

  @Test
  void run_betweenWhoseStagesARollbackRan_isBlocked() {
    RunReport report =
        claimingRun().listener(after("migrate", this::rollsBack)).run(withIndependentStage());

    assertThat(codes(report))
        .containsExactly(Code.NOT_COMPLETED, Code.ROLLED_BACK, Code.ROLLED_BACK);
    assertThat(checkpoints.completed()).isEmpty();
    assertThat(checkpoints.status())
        .as("no claim is left")
        .allSatisfy(stage -> assertThat(stage.state()).isEqualTo(StageState.PENDING));
  }

  @Test
  void run_thatSkippedWhatARollbackThenUndid_isBlocked() {
    Deployment.complete(checkpoints, List.of("migrate"));

    RunReport report =
        claimingRun().listener(after("migrate", this::rollsBack)).run(withIndependentStage());

    assertThat(codes(report)).containsExactly(Code.COMPLETED, Code.ROLLED_BACK, Code.ROLLED_BACK);
  }

  @Test
  void run_thatBeginsBesideARollback_isBlocked_andSkipsNothing() {
    Deployment.complete(checkpoints, STEPS);
    deployment.during =
        context -> {
          RunReport report = claimingRun().run(deployment.pipeline());
          assertThat(outcomes(report)).containsOnly(StageOutcome.BLOCKED);
          assertThat(codes(report)).containsOnly(Code.ROLLED_BACK);
        };

    assertThat(rollback().run().undone()).containsExactly("switch", "deploy", "migrate");
    assertThat(checkpoints.completed()).isEmpty();
  }

  @Test
  void rollback_besideARun_isRefused_andDoesNotStopTheRun() {
    Deployment.complete(checkpoints, List.of("migrate"));
    assertThat(rollback().run().isComplete()).as("an earlier one").isTrue();
    Pipeline pipeline =
        Pipeline.named("deployment")
            .then(
                PipelineStage.of(
                    "migrate",
                    task ->
                        assertThatThrownBy(() -> rollback().run())
                            .isInstanceOf(RollbackException.class)
                            .hasMessageContaining("a worker is executing 'migrate'")))
            .then(PipelineStage.of("deploy", task -> {}))
            .build();

    RunReport report = claimingRun().run(pipeline);

    assertThat(outcomes(report)).containsExactly(StageOutcome.RAN, StageOutcome.RAN);
    assertThat(Rollback.journal(checkpoints).orElseThrow().isAbandoned()).isTrue();
  }

  @Test
  void rollback_releasesTheClaimOfADeadWorker_whichThenSavesNothing() {
    Deployment.complete(checkpoints, List.of("migrate"));
    Claim late =
        ((ClaimResult.Held) checkpoints.claim("deploy", ClaimOptions.untilDeadline(LEASE))).claim();
    now.updateAndGet(time -> time.plus(LEASE.multipliedBy(2)));

    assertThat(rollback().run().undone()).containsExactly("migrate");

    assertThatThrownBy(late::complete).isInstanceOf(ClaimLostException.class);
    assertThat(checkpoints.completed()).isEmpty();
  }

  @Test
  void rollback_withoutTheStoresClock_watchesADeadWorkersClaim_andIsRefusedWhenItIsRenewed() {
    Deployment.complete(checkpoints, List.of("migrate"));
    Timing timing = passing();
    Claim claim =
        ((ClaimResult.Held)
                DrivenManager.open(store, timing, "alice")
                    .claim("deploy", ClaimOptions.untilDeadline(LEASE)))
            .claim();
    CheckpointManager timeless = DrivenManager.open(new TimelessStore(store), timing, "alice");
    AtomicReference<Runnable> meanwhile = new AtomicReference<>(claim::renew);
    Rollback rollback = Rollback.of(timeless, deployment.pipeline()).lease(LEASE);

    assertThatThrownBy(() -> rollback.drivenBy(passing(meanwhile)).run())
        .isInstanceOf(RollbackException.class)
        .hasMessageContaining("a worker is executing 'deploy'");
    meanwhile.set(() -> {});
    Instant begin = now.get();
    assertThatCode(() -> rollback.drivenBy(passing(meanwhile)).run()).doesNotThrowAnyException();
    assertThat(deployment.compensations).containsExactly("migrate#1");
    assertThat(Duration.between(begin, now.get())).isGreaterThan(LEASE);
    assertThatThrownBy(claim::complete).isInstanceOf(ClaimLostException.class);
  }

  @Test
  void halfUndoneStage_keepsItsRecord_andBlocksRuns() {
    Deployment.complete(checkpoints, STEPS);
    stopAt("deploy");

    for (RunReport report :
        List.of(
            claimingRun().run(deployment.pipeline()),
            PipelineRunner.of(checkpoints).run(deployment.pipeline()))) {
      assertThat(outcomes(report)).containsOnly(StageOutcome.BLOCKED);
      assertThat(report.stages().get(1).reason().sentence())
          .contains("its rollback has begun and is not finished")
          .contains("`checkpoint rollback` finishes it")
          .contains("`checkpoint rollback --abandon`")
          .contains("makes 'deploy' pending");
    }
    assertThat(checkpoints.completed()).containsExactly("deploy", "migrate");
    assertThat(PipelineRunner.of(checkpoints).build().read(deployment.pipeline()).plan().blocked())
        .containsExactlyElementsOf(STEPS);
  }

  @Test
  void abandon_makesHalfUndoneStagesPending_andLetsRunsGoOn() {
    Deployment.complete(checkpoints, STEPS);
    stopAt("deploy");

    assertThat(rollback().abandon()).containsExactly("deploy");

    assertThat(checkpoints.completed()).containsExactly("migrate");
    RollbackJournal journal = Rollback.journal(checkpoints).orElseThrow();
    assertThat(journal.isAbandoned()).isTrue();
    assertThat(journal.last().detail()).isEqualTo("given up; made pending: 'deploy'");
    assertThat(outcomes(claimingRun().run(deployment.pipeline())))
        .containsExactly(StageOutcome.SKIPPED, StageOutcome.RAN, StageOutcome.RAN);
    assertThat(rollback().abandon()).as("nothing is interrupted").isEmpty();
  }

  @Test
  void abandon_countsAsARollback_forRunsThatBeganBefore() {
    RunListener abandons =
        after(
            "migrate",
            () -> {
              stopAt("migrate");
              assertThat(rollback().abandon()).containsExactly("migrate");
            });

    RunReport report = claimingRun().listener(abandons).run(withIndependentStage());

    assertThat(codes(report))
        .containsExactly(Code.NOT_COMPLETED, Code.ROLLED_BACK, Code.ROLLED_BACK);
  }

  @Test
  void abandon_besideALivingRollback_isRefused() {
    Deployment.complete(checkpoints, STEPS);
    Duration lease = Duration.ofSeconds(5);
    deployment.during =
        context ->
            assertThatThrownBy(() -> rollback().lease(lease).abandon())
                .isInstanceOf(RollbackException.class)
                .hasMessageContaining("another rollback of this location is under way");

    assertThat(rollback().lease(lease).to("deploy").run().undone()).containsExactly("switch");
    assertThat(Rollback.journal(checkpoints).orElseThrow().isAbandoned()).isFalse();
  }

  /** The death of the process: no code catches it, and no request follows. */
  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void journalOfAKilledRollback_isTakenOverAfterItsLeaseAndMargin() {
    Deployment.complete(checkpoints, STEPS);
    FaultyStore dying = FaultyStore.around(store);
    deployment.during =
        context -> {
          int next = dying.callCount();
          for (int index = next; index < next + 50; index++) {
            dying.before(
                index,
                () -> {
                  throw new Crash();
                });
          }
          throw new Crash();
        };
    CheckpointManager killed = CheckpointManager.builder().store(dying).open();
    assertThatThrownBy(() -> Rollback.of(killed, deployment.pipeline()).run())
        .isInstanceOf(Crash.class);
    deployment.during = context -> {};
    Instant begin = now.get();
    Timing timing = passing();

    RollbackReport report = rollback().drivenBy(timing).run();

    assertThat(report.undone()).containsExactly("switch", "deploy", "migrate");
    assertThat(deployment.compensations.get(1)).isEqualTo("switch#2");
    assertThat(Duration.between(begin, now.get())).isGreaterThan(Duration.ofSeconds(22));
  }

  private Timing passing() {
    return passing(new AtomicReference<>(() -> {}));
  }

  /** Time passes for the store while somebody waits, and others do something. */
  private Timing passing(AtomicReference<Runnable> meanwhile) {
    return new Timing() {
      @Override
      public long nanoTime() {
        return Duration.between(Instant.EPOCH, now.get()).toNanos();
      }

      @Override
      public long wallMillis() {
        return Duration.ofNanos(nanoTime()).toMillis();
      }

      @Override
      public void sleep(Duration duration) {
        now.updateAndGet(time -> time.plus(duration));
        Objects.requireNonNull(meanwhile.get()).run();
      }

      @Override
      public double random() {
        return 0;
      }
    };
  }

  @Test
  void journalThatIsNone_blocksRuns() {
    store.create(
        "rollback.journal",
        "COMPLETED\nTimestamp: 2026-11-23T14:00:00Z\n".getBytes(StandardCharsets.UTF_8));

    RunReport report = claimingRun().run(deployment.pipeline());

    assertThat(codes(report)).containsOnly(Code.ROLLED_BACK);
    assertThat(report.stages().get(0).reason().sentence()).contains("cannot be parsed");
  }

  @Test
  void run_withoutClaims_isNotKeptOut() {
    Deployment.complete(checkpoints, List.of("migrate"));
    Pipeline pipeline =
        Pipeline.named("deployment")
            .then(PipelineStage.of("migrate", task -> {}))
            .then(
                PipelineStage.of(
                    "deploy", task -> assertThat(rollback().run().isComplete()).isTrue()))
            .build();

    RunReport report = PipelineRunner.of(checkpoints).withoutClaims().run(pipeline);

    assertThat(outcomes(report))
        .as("as documented")
        .containsExactly(StageOutcome.SKIPPED, StageOutcome.RAN);
  }
}
