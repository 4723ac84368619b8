package io.github.checkpointmanager.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.pipeline.rollback.Rollback;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultyStore;
import io.github.checkpointmanager.testing.FaultyStore.Call;
import io.github.checkpointmanager.testing.FaultyStore.Operation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Plans and runs make the requests that they say, counted at the port. */
class PipelineBudgetTest {
  private static final PlanOptions STRICT =
      PlanOptions.standard().withPolicy(ResumePolicy.FINGERPRINT);

  private final MemoryStore memory = new MemoryStore();
  private final FaultyStore store = FaultyStore.around(memory);
  private final CheckpointManager checkpoints = CheckpointManager.builder().store(store).open();

  private static Pipeline list(int size) {
    Pipeline.Builder list = Pipeline.named("list");
    for (int i = 0; i < size; i++) {
      list.then(PipelineStage.of("s" + i, task -> {}).param("p", "1"));
    }
    return list.build();
  }

  private List<Operation> operations() {
    return store.calls().stream().map(Call::operation).toList();
  }

  private static long count(List<Operation> all, Operation one) {
    return all.stream().filter(one::equals).count();
  }

  @Test
  void plan_isTheListingsAndOneGetForEachCheckpoint() {
    Pipeline pipeline = list(2_000);
    PipelineRunner.of(CheckpointManager.builder().store(memory).open())
        .withoutClaims()
        .run(pipeline)
        .orThrow();
    checkpoints.save("a stage of another pipeline");
    store.reset();

    ResumePlan plan = PipelineRunner.of(checkpoints).options(STRICT).build().read(pipeline).plan();

    assertThat(plan.toSkip()).hasSize(2_000);
    assertThat(count(operations(), Operation.READ_HEAD)).isEqualTo(2_000);
    assertThat(operations()).allMatch(o -> o == Operation.READ_HEAD || o == Operation.LIST_PAGE);
  }

  /** A completed stage is read once, however many stages there are. */
  @Test
  void run_ofACompletedPipeline_costsWhatItsPlanDoes() {
    Pipeline pipeline = list(50);
    PipelineRunner.of(checkpoints).run(pipeline).orThrow();
    store.reset();

    PipelineRunner.of(checkpoints)
        .options(STRICT)
        .claiming(Duration.ofSeconds(30))
        .run(pipeline)
        .orThrow();

    assertThat(count(operations(), Operation.READ_HEAD)).isEqualTo(50);
    assertThat(count(operations(), Operation.CREATE)).isZero();
  }

  @Test
  void runWithoutClaims_ofAFreshStage_isOneGetOfItsRecordOneOfEachBeforeItAndOnePut() {
    PipelineRunner.of(checkpoints).withoutClaims().run(list(2)).orThrow();

    assertThat(operations())
        .containsExactly(
            Operation.LIST_PAGE,
            Operation.READ_HEAD,
            Operation.CREATE,
            Operation.READ_HEAD,
            Operation.READ_HEAD,
            Operation.CREATE);
  }

  @Test
  void run_ofAFreshStage_isThatOfAnExclusiveStageAndOneGetOfTheJournal() {
    PipelineRunner.of(checkpoints).run(list(1)).orThrow();

    assertThat(operations())
        .containsExactly(
            Operation.LIST_PAGE,
            Operation.READ_HEAD,
            Operation.CREATE, // the claim
            Operation.READ_HEAD,
            Operation.READ, // the journal of rollbacks
            Operation.REPLACE, // renewed
            Operation.CREATE);
  }

  @Test
  void plan_inALocationThatWasRolledBack_isOneGetMore() {
    Pipeline pipeline = list(2);
    PipelineRunner.of(checkpoints).run(pipeline).orThrow();
    assertThat(Rollback.of(checkpoints, pipeline).to("s0").run().undone()).containsExactly("s1");
    store.reset();

    assertThat(PipelineRunner.of(checkpoints).build().read(pipeline).plan().toSkip()).hasSize(1);

    assertThat(count(operations(), Operation.READ)).isEqualTo(1);
  }
}
