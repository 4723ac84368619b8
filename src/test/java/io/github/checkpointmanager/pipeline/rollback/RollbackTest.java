package io.github.checkpointmanager.pipeline.rollback;

import static io.github.checkpointmanager.pipeline.rollback.Deployment.STEPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.CheckpointConflictException;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.InvalidInputException;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineDefinitionException;
import io.github.checkpointmanager.pipeline.PipelineRunner;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.rollback.RollbackJournal.Event;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan.RollbackStep;
import io.github.checkpointmanager.store.memory.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What a rollback undoes, in which order, and what it leaves for the next one. */
class RollbackTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-23T14:00:00Z"));
  private final MemoryStore store = new MemoryStore(now::get);
  private final CheckpointManager checkpoints =
      CheckpointManager.builder().store(store).user("alice").host("worker-7").open();
  private final Deployment deployment = new Deployment();

  private Rollback rollback() {
    return Rollback.of(checkpoints, deployment.pipeline());
  }

  private List<String> events() {
    return Rollback.journal(checkpoints).orElseThrow().entries().stream()
        .map(entry -> entry.event() + " " + entry.stage() + "#" + entry.attempt())
        .toList();
  }

  @Test
  void run_whenTheThirdStepFailed_undoesTheSecondAndTheFirst() {
    Deployment.complete(checkpoints, List.of("migrate", "deploy"));

    RollbackReport report = rollback().run();

    assertThat(report.isComplete()).isTrue();
    assertThat(report.undone()).containsExactly("deploy", "migrate");
    assertThat(deployment.compensations).containsExactly("deploy#1", "migrate#1");
    assertThat(checkpoints.completed()).isEmpty();
    assertThat(events())
        .containsExactly(
            "STARTED #0",
            "COMPENSATING deploy#1",
            "COMPENSATED deploy#1",
            "COMPENSATING migrate#1",
            "COMPENSATED migrate#1",
            "FINISHED #0");
  }

  @Test
  void run_toAStage_leavesItAndWhatItDependsOn() {
    Deployment.complete(checkpoints, STEPS);

    RollbackReport report = rollback().to("migrate").run();

    assertThat(report.undone()).containsExactly("switch", "deploy");
    assertThat(checkpoints.completed()).containsExactly("migrate");
  }

  @Test
  void run_toAStage_leavesIndependentBranchesAlone() {
    Pipeline pipeline =
        Pipeline.named("p")
            .stage(PipelineStage.of("a", task -> {}))
            .stage(PipelineStage.of("after-a", task -> {}).after("a"))
            .stage(PipelineStage.of("other", task -> {}))
            .build();
    Deployment.complete(checkpoints, List.of("a", "after-a", "other"));

    RollbackReport report = Rollback.of(checkpoints, pipeline).to("a").run();

    assertThat(report.undone()).containsExactly("after-a");
    assertThat(checkpoints.completed()).containsExactly("a", "other");
  }

  @Test
  void run_toAnUnknownStage_namesTheNearest() {
    assertThatThrownBy(() -> rollback().to("migrat"))
        .isInstanceOf(PipelineDefinitionException.class)
        .hasMessageContaining("Did you mean 'migrate'?");
  }

  @Test
  void run_ofAStageWithoutCompensation_onlyForgetsIt() {
    Pipeline pipeline = Pipeline.named("p").stage(PipelineStage.of("build", task -> {})).build();
    checkpoints.save("build");

    Rollback rollback = Rollback.of(checkpoints, pipeline);

    assertThat(rollback.plan().steps())
        .extracting(RollbackStep::action)
        .containsExactly(RollbackStep.Action.FORGET);
    assertThat(rollback.run().undone()).containsExactly("build");
    assertThat(checkpoints.has("build")).isFalse();
  }

  @Test
  void run_whenACompensationThrows_stopsThereAndGoesOnThereWhenRunAgain() {
    Deployment.complete(checkpoints, STEPS);
    deployment.during =
        context -> {
          if (context.stage().equals("deploy") && context.attempt() == 1) {
            throw new IOException("no route to host");
          }
        };

    RollbackReport first = rollback().run();

    assertThat(first.isComplete()).isFalse();
    RollbackReport.Failure failure = first.failure().orElseThrow();
    assertThat(failure.stage()).isEqualTo("deploy");
    assertThat(failure.cause()).isInstanceOf(IOException.class);
    assertThat(first.undone()).containsExactly("switch");
    assertThat(checkpoints.completed()).containsExactly("deploy", "migrate");
    assertThat(Rollback.journal(checkpoints).orElseThrow().entries())
        .last()
        .satisfies(
            entry -> {
              assertThat(entry.event()).isEqualTo(Event.FAILED);
              assertThat(entry.detail()).isEqualTo("java.io.IOException: no route to host");
            });

    assertThat(rollback().plan().resumed()).isTrue();
    RollbackReport second = rollback().run();

    assertThat(second.undone()).containsExactly("deploy", "migrate");
    assertThat(deployment.compensations)
        .containsExactly("switch#1", "deploy#1", "deploy#2", "migrate#1");
    assertThat(deployment.effects).isEmpty();
    assertThat(Rollback.journal(checkpoints).orElseThrow().isFinished()).isTrue();
  }

  @Test
  void run_toAnotherTargetThanTheInterruptedOne_isRefused() {
    Deployment.complete(checkpoints, STEPS);
    deployment.during =
        context -> {
          throw new IOException("down");
        };
    assertThat(rollback().to("migrate").run().failure()).isPresent();

    assertThatThrownBy(() -> rollback().run())
        .isInstanceOf(RollbackException.class)
        .hasMessage(
            "The rollback did not begin: another rollback, to 'migrate', was interrupted. Run that"
                + " rollback again until it is finished.");
  }

  @Test
  void run_whileAWorkerExecutesAStage_isRefusedAndChangesNothing() {
    Deployment.complete(checkpoints, List.of("migrate"));
    try (Claim claim =
        ((ClaimResult.Held) checkpoints.claim("deploy", ClaimOptions.lease(Duration.ofSeconds(60))))
            .claim()) {
      assertThatThrownBy(() -> rollback().run())
          .isInstanceOf(RollbackException.class)
          .hasMessageContaining("a worker is executing 'deploy'");
      claim.renew();
      assertThat(claim.isValid()).isTrue();
    }
    assertThat(checkpoints.completed()).containsExactly("migrate");
    assertThat(events()).containsExactly("STARTED #0", "ABANDONED #0");
    assertThat(Rollback.journal(checkpoints).orElseThrow().last().detail())
        .isEqualTo("a worker is executing 'deploy'");
  }

  @Test
  void run_besideAnother_isRefusedByItsClaim() {
    Deployment.complete(checkpoints, STEPS);
    Duration lease = Duration.ofSeconds(5);
    Rollback other = Rollback.of(checkpoints, new Deployment().pipeline()).lease(lease);
    deployment.during =
        context -> {
          if (context.stage().equals("switch")) {
            now.updateAndGet(time -> time.plusSeconds(1)); // so that a renewal shows
            assertThatThrownBy(other::run)
                .isInstanceOf(RollbackException.class)
                .hasMessageContaining("another rollback of this location is under way");
          }
        };

    assertThat(rollback().lease(lease).run().undone())
        .containsExactly("switch", "deploy", "migrate");
  }

  @Test
  void run_thatWasFrozenAndOvertaken_undoesNothingMore() {
    Deployment.complete(checkpoints, STEPS);
    Deployment successor = new Deployment();
    deployment.during =
        context -> {
          now.updateAndGet(time -> time.plusSeconds(120)); // its lease is over, it does not know
          var unused = Rollback.of(checkpoints, successor.pipeline()).run();
          checkpoints.save("switch"); // and the stage was completed again
        };

    assertThatThrownBy(() -> rollback().run()).isInstanceOf(CheckpointConflictException.class);

    assertThat(successor.compensations).containsExactly("switch#2", "deploy#1", "migrate#1");
    assertThat(deployment.compensations).containsExactly("switch#1");
    assertThat(checkpoints.completed()).containsExactly("switch");
  }

  @Test
  void run_afterAFinishedOne_beginsANewJournal() {
    Deployment.complete(checkpoints, List.of("migrate"));
    assertThat(rollback().run().isComplete()).isTrue();
    Deployment.complete(checkpoints, List.of("migrate"));

    assertThat(rollback().run().isComplete()).isTrue();

    assertThat(deployment.compensations).containsExactly("migrate#1", "migrate#1");
    assertThat(events()).hasSize(4);
  }

  @Test
  void run_ofStagesThatAnotherPipelineCompleted_isRefused() {
    checkpoints.save("migrate", SaveOptions.none().pipeline("shop"));

    assertThatThrownBy(() -> rollback().run())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("'migrate' of 'shop'");
    assertThat(deployment.compensations).isEmpty();
    assertThat(Rollback.journal(checkpoints)).isEmpty();
    assertThat(rollback().adopt().run().undone()).containsExactly("migrate");
  }

  @Test
  void run_ofNothing_isDone() {
    assertThat(rollback().run().undone()).isEmpty();
    assertThat(events()).containsExactly("STARTED #0", "FINISHED #0");
  }

  @Test
  void undoneStages_canBeRunAgain() {
    Deployment.complete(checkpoints, STEPS);
    assertThat(rollback().run().isComplete()).isTrue();

    assertThat(checkpoints.stage("migrate", () -> {}).ran()).isTrue();
    assertThat(checkpoints.completed()).containsExactly("migrate");
  }

  @Test
  void clear_leavesTheJournal() {
    Deployment.complete(checkpoints, List.of("migrate"));
    assertThat(rollback().run().isComplete()).isTrue();

    now.updateAndGet(
        time -> time.plusSeconds(60)); // claims are deleted only when they are some seconds old
    checkpoints.clear();

    assertThat(Rollback.journal(checkpoints)).isPresent();
  }

  @Test
  void journalThatIsNone_isAnErrorAndIsLeftAsItIs() {
    checkpoints.save("migrate");
    byte[] foreign = "COMPLETED\n".getBytes(StandardCharsets.UTF_8);
    store.create("rollback.journal", foreign);

    assertThatThrownBy(() -> rollback().run())
        .isInstanceOf(RollbackException.class)
        .hasMessageContaining("finish that rollback by hand");

    assertThat(store.read("rollback.journal").orElseThrow().content()).isEqualTo(foreign);
    assertThat(checkpoints.completed()).containsExactly("migrate");
  }

  @Test
  void lineOfTheJournal_isReadAsItWasWritten() {
    var entry =
        new RollbackJournal.Entry(
            Instant.EPOCH, Event.FAILED, "a b/ü-\n", 3, "-", "java.io.IOException: 1 + 1 %20");

    assertThat(RollbackJournal.Entry.parse(entry.line())).isEqualTo(entry);
    assertThat(entry.line()).doesNotContain("\n");
  }

  private static Pipeline pipeline(String... stages) {
    var pipeline = Pipeline.named("p");
    List.of(stages).forEach(name -> pipeline.then(PipelineStage.of(name, task -> {})));
    return pipeline.build();
  }

  @Test
  void run_withCompletedStagesThatAreNotDeclared_isRefusedUnlessToLeaveThem() {
    PipelineRunner.of(checkpoints).run(pipeline("schema", "index", "seed")).orThrow();
    Rollback rollback = Rollback.of(checkpoints, pipeline("schema", "seed"));

    assertThat(rollback.plan().undeclared()).containsExactly("index");
    assertThatThrownBy(rollback::run)
        .isInstanceOf(RollbackException.class)
        .hasMessageContaining("does not declare 'index'");
    assertThat(checkpoints.completed()).containsExactly("index", "schema", "seed");
    assertThat(Rollback.journal(checkpoints)).isEmpty();

    assertThat(rollback.leaveUndeclared().run().undone()).containsExactly("seed", "schema");
    assertThat(checkpoints.completed()).containsExactly("index");
  }

  @Test
  void plan_toAStage_namesOnlyUndeclaredStagesThatWereBuiltOnIt() {
    PipelineRunner.of(checkpoints).run(pipeline("a", "b", "c", "d")).orThrow();
    PipelineRunner.of(checkpoints).run(pipeline("other")).orThrow();

    assertThat(Rollback.of(checkpoints, pipeline("a", "b")).to("b").plan().undeclared())
        .containsExactly("c", "d");
    assertThat(Rollback.of(checkpoints, pipeline("a", "d")).to("d").plan().undeclared()).isEmpty();
  }

  @Test
  void plan_doesNotNameStagesThatNoPipelineCompleted() {
    checkpoints.save("by-hand");

    assertThat(Rollback.of(checkpoints, pipeline("a")).plan().undeclared()).isEmpty();
  }

  @Test
  void compensation_ofAHomeMadeRecord_isJournalledByItsVersion() {
    store.create("migrate.checkpoint", "COMPLETED\n".getBytes(StandardCharsets.UTF_8));

    assertThat(rollback().run().undone()).containsExactly("migrate");
    assertThat(Rollback.journal(checkpoints).map(j -> j.entries().get(1).origin()))
        .isEqualTo(Optional.of("version-v1"));
  }
}
