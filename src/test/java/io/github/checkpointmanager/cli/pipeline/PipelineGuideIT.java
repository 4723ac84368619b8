package io.github.checkpointmanager.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.cli.CommandProcess;
import io.github.checkpointmanager.testing.Documentation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The longer shell samples of {@code docs/guide-pipelines.md} do what the page says. */
@Timeout(300)
class PipelineGuideIT {
  private static final List<String> SAMPLES =
      Documentation.blocks(Path.of("docs/guide-pipelines.md"), "bash")
          .map(Documentation.Block::text)
          .toList();

  @TempDir private Path directory;

  /** Runs a sample as a user would type it, but with the directories below one of the test's. */
  private CommandProcess.Result run(int sample) {
    return CommandProcess.shell(
        Map.of(),
        "PATH=$(dirname \"$0\"):$PATH\n"
            + SAMPLES.get(sample).replace("/tmp/", directory.toString() + "/"));
  }

  @Test
  void everySample_isRunHere() {
    assertThat(SAMPLES).hasSize(2);
  }

  @Test
  void history_showsAllAndRestoreGivesBackTheFirst() {
    CommandProcess.Result result = run(0);

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).contains("deleted").containsPattern("(?i)restored[ -]from");
  }

  @Test
  void rollback_undoesTheSecondAndTheFirstStep() {
    CommandProcess.Result result = run(1);

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out())
        .contains(
            """
            status 7
            would undo install
            would undo migrate
            undone install
            undone migrate
            """)
        .containsPattern("compensated +migrate +1")
        .contains("finished");
    assertThat(directory.resolve("site")).isEmptyDirectory();
  }
}
