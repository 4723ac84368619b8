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

/** The shell samples of {@code docs/guide-distributed.md} do what the page says. */
@Timeout(300)
class DistributedGuideIT {
  private static final List<String> SAMPLES =
      Documentation.blocks(Path.of("docs/guide-distributed.md"), "sh")
          .map(Documentation.Block::text)
          .toList();

  @TempDir private Path directory;

  /** Runs the sample with these words in a directory of its own, as a user would type it. */
  private CommandProcess.Result run(String words) {
    String sample = SAMPLES.stream().filter(text -> text.contains(words)).findFirst().orElseThrow();
    return CommandProcess.shell(
        Map.of("CHECKPOINT_STORE", directory.resolve("store").toString()),
        "PATH=$(dirname \"$0\"):$PATH; cd \"$1\" || exit; set -u\n" + sample,
        directory.toString());
  }

  @Test
  void everySample_isRunHere() {
    assertThat(SAMPLES).hasSize(4);
  }

  @Test
  void twoWorkers_doTheStageOnce() {
    CommandProcess.Result result = run("for worker in 1 2");

    assertThat(result.out()).isEqualTo("made by attempt 1\n");
    assertThat(result.err()).containsOnlyOnce("saved report");
    assertThat(result.status()).isZero();
  }

  @Test
  void failures_areGivenUpAtTheMaximum() {
    assertThat(run("--max-attempts 2").out())
        .startsWith("ended with 1\nended with 1\nended with 103\n");
  }

  @Test
  void result_isTheCompletingAttempts() {
    CommandProcess.Result result = run("token=$CHECKPOINT_TOKEN");

    assertThat(result.out()).isEqualTo("0.93\n");
    assertThat(directory).isDirectoryRecursivelyContaining("regex:.*/out/train/token=[0-9]+");
  }

  @Test
  void operator_endsAClaim() {
    CommandProcess.Result result = run("checkpoint release");

    assertThat(result.out()).contains("running").contains("the worker ended with 104\n");
    assertThat(result.status()).isZero();
  }
}
