package io.github.checkpointmanager.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.store.memory.MemoryStore;
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

  private static PenguinDemo.Result run(CheckpointManager checkpoints, String killedAfter) {
    return new PenguinDemo(
            checkpoints,
            stage -> {
              if (stage.stage().equals(killedAfter)) {
                throw new Killed();
              }
            })
        .run();
  }

  private static CheckpointManager empty() {
    return CheckpointManager.builder().store(new MemoryStore()).open();
  }

  @Test
  void demo_learnsToTellTheSpecies() {
    PenguinDemo.Result result = run(empty(), "");

    assertThat(result.stages())
        .extracting(PenguinDemo.Stage::stage)
        .containsExactly("data_ingestion", "data_preprocessing", "model_training", "evaluation");
    assertThat(result.stages()).allMatch(PenguinDemo.Stage::ran);
    assertThat(result.rows()).isEqualTo(344);
    assertThat(result.dropped()).isEqualTo(2);
    assertThat(result.correct()).isEqualTo(99);
    assertThat(result.heldOut()).isEqualTo(102);
    assertThat(result.accuracy()).isCloseTo(0.9706, within(0.00005));
  }

  @ParameterizedTest
  @FieldSource("STAGES")
  void demo_killedAfterAnyStage_resumesToTheSameNumbers(String stage) {
    PenguinDemo.Result whole = run(empty(), "");
    CheckpointManager checkpoints = empty();
    assertThatThrownBy(() -> run(checkpoints, stage)).isInstanceOf(Killed.class);

    PenguinDemo.Result resumed = run(checkpoints, "");

    int done = STAGES.indexOf(stage) + 1;
    assertThat(resumed.stages().subList(0, done)).noneMatch(PenguinDemo.Stage::ran);
    assertThat(resumed.stages().subList(done, STAGES.size())).allMatch(PenguinDemo.Stage::ran);
    assertThat(resumed).usingRecursiveComparison().ignoringFields("stages").isEqualTo(whole);
  }
}
