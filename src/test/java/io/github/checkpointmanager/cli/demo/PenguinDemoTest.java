package io.github.checkpointmanager.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.store.memory.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class PenguinDemoTest {
  private static final List<String> STAGES = PenguinDemo.STAGES;

  /** Stands for the end of the process. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static List<String> run(CheckpointManager checkpoints, String killedAfter) {
    List<String> said = new ArrayList<>();
    new PenguinDemo(
            checkpoints,
            said::add,
            stage -> {
              if (stage.equals(killedAfter)) {
                throw new Killed();
              }
            })
        .run();
    return said;
  }

  private static CheckpointManager empty() {
    return CheckpointManager.builder().store(new MemoryStore()).open();
  }

  @Test
  void demo_learnsToTellTheSpecies() {
    List<String> said = run(empty(), "");

    assertThat(said)
        .startsWith(
            "data_ingestion: ran",
            "data_preprocessing: ran",
            "model_training: ran",
            "evaluation: ran")
        .last()
        .asString()
        .isEqualTo(
            "accuracy: 0.9706 (99 of 102 held-out penguins; 344 rows read, 2 incomplete dropped)");
  }

  @ParameterizedTest
  @FieldSource("STAGES")
  void demo_killedAfterAnyStage_resumesToTheSameNumbers(String stage) {
    String accuracy = run(empty(), "").get(STAGES.size());
    CheckpointManager checkpoints = empty();
    assertThatThrownBy(() -> run(checkpoints, stage)).isInstanceOf(Killed.class);

    List<String> said = run(checkpoints, "");

    int done = STAGES.indexOf(stage) + 1;
    assertThat(said.subList(0, done)).allMatch(line -> line.contains("skipped"));
    assertThat(said.subList(done, STAGES.size())).allMatch(line -> line.endsWith(": ran"));
    assertThat(said).last().isEqualTo(accuracy);
  }
}
