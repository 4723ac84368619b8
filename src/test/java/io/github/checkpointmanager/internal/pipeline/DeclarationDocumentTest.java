package io.github.checkpointmanager.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.LocationDocument;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineRunner;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.RunReport;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultyStore;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The declaration that views read. */
class DeclarationDocumentTest {
  private static final String KEY = LocationDocument.Name.PIPELINE_MANIFEST.key();

  private static final Pipeline ETL =
      Pipeline.named("etl")
          .stage(PipelineStage.of("ingest it", task -> {}).outputs("out/rows.csv"))
          .stage(PipelineStage.of("clean", task -> {}).after("ingest it").param("word", "secret"))
          .build();

  private static final Pipeline OTHER =
      Pipeline.named("other").stage(PipelineStage.of("only", task -> {})).build();

  private final MemoryStore memory = new MemoryStore();
  private final FaultyStore store = FaultyStore.around(memory);
  private final CheckpointManager checkpoints = CheckpointManager.builder().store(store).open();

  private RunReport run(Pipeline pipeline) {
    return PipelineRunner.of(checkpoints).recordDeclaration().build().run(pipeline);
  }

  private Optional<String> recorded() {
    return checkpoints
        .document(LocationDocument.Name.PIPELINE_MANIFEST)
        .read()
        .map(LocationDocument.Content::text);
  }

  private List<FaultyStore.Operation> operations() {
    return store.calls().stream()
        .filter(call -> call.key().equals(KEY))
        .map(FaultyStore.Call::operation)
        .toList();
  }

  @Test
  void run_recordsNamesAndNoValues() {
    run(ETL);

    assertThat(recorded())
        .contains(
            """
            pipeline etl
            stage ingest%20it
            output out%2Frows.csv
            stage clean
            after ingest%20it
            param word
            """);
  }

  @Test
  void run_ofTheSameDeclaration_readsItAndWritesNothing() {
    run(ETL);
    store.reset();

    run(ETL);

    assertThat(operations()).containsExactly(FaultyStore.Operation.READ);
  }

  @Test
  void run_ofAnotherDeclaration_replacesIt() {
    run(ETL);

    run(Pipeline.named(ETL.name()).stage(PipelineStage.of("only", task -> {})).build());

    assertThat(recorded()).contains("pipeline etl\nstage only\n");
  }

  @Test
  void run_ofAnotherPipeline_leavesIt() {
    run(ETL);
    String before = recorded().orElseThrow();

    assertThat(run(OTHER).isComplete()).isTrue();

    assertThat(recorded()).contains(before);
  }

  @Test
  void run_ofAnotherPipelineThatAdopts_replacesIt() {
    run(ETL);

    var unused = PipelineRunner.of(checkpoints).recordDeclaration().adopt().run(OTHER);

    assertThat(recorded()).contains("pipeline other\nstage only\n");
  }

  @Test
  void run_whenItCannotBeRecorded_goesOn() {
    store.failWhen(call -> call.key().equals(KEY), Fault.FAIL_BEFORE);

    assertThat(run(OTHER).isComplete()).isTrue();
    assertThat(memory.read(KEY)).isEmpty();
  }

  @Test
  void run_withoutBeingAsked_recordsNothing() {
    var unused = PipelineRunner.of(checkpoints).build().run(ETL);

    assertThat(recorded()).isEmpty();
  }
}
