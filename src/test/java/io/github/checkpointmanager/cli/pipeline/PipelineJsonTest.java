package io.github.checkpointmanager.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.cli.CommandRun;
import io.github.checkpointmanager.cli.output.GoldenDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The documents of the commands about pipelines against golden files; see {@link GoldenDocuments}.
 */
class PipelineJsonTest {
  private static final String FILE =
      """
      name: etl
      policy: fingerprint
      stages:
        ingest:
          run: cat raw.csv > rows.csv
          version: v1
          inputs: raw.csv
          outputs: rows.csv
        check:
          run: test ! -e broken
          version: v1
          params: {lr: 0.1}
          after: ingest
        report:
          run: echo report
          version: v1
          after: check
      """;

  @TempDir private Path directory;

  private GoldenDocuments golden;

  @BeforeEach
  void writePipeline() throws IOException {
    golden = new GoldenDocuments(directory);
    Files.writeString(directory.resolve("pipeline.yaml"), FILE);
    Files.writeString(directory.resolve("raw.csv"), "1\n");
  }

  private CommandRun.Result json(String... args) {
    return golden.run(golden.command().json().file(directory.resolve("pipeline.yaml")), args);
  }

  @Test
  void run_completed() throws IOException {
    CommandRun.Result result = json("pipeline", "run");

    golden.assertGolden("pipeline-run/completed.json", result.out());
    assertThat(result.err()).as("output of stages goes there").contains("report | report\n");
  }

  @Test
  void get_ofAStageOfAPipeline() {
    json("pipeline", "run");
    CommandRun get = golden.command().json().store(directory.resolve("checkpoints").toString());

    golden.assertGolden("get/of-a-pipeline.json", golden.run(get, "get", "check").out());
  }

  @Test
  void run_failed() throws IOException {
    Files.createFile(directory.resolve("broken"));

    golden.assertGolden("pipeline-run/failed.json", json("pipeline", "run", "--claim").out());
  }

  @Test
  void plan_afterAChange() throws IOException {
    json("pipeline", "run");
    Files.writeString(directory.resolve("raw.csv"), "2\n");

    golden.assertGolden("pipeline-plan/after-a-change.json", json("pipeline", "plan").out());
  }

  @Test
  void plan_afterAParameterWasRenamed() throws IOException {
    json("pipeline", "run");
    Files.writeString(directory.resolve("pipeline.yaml"), FILE.replace("lr: 0.1", "rate: 0.1"));

    golden.assertGolden("pipeline-plan/parameter-renamed.json", json("pipeline", "plan").out());
  }

  @Test
  void status_withARecordOfAnotherTool() throws IOException {
    Files.createDirectories(directory.resolve("checkpoints"));
    Files.writeString(directory.resolve("checkpoints/ingest.checkpoint"), "COMPLETED\n");

    golden.assertGolden("pipeline-status/other-tool.json", json("pipeline", "status").out());
  }

  @Test
  void status_withAFailedStage() throws IOException {
    Files.createFile(directory.resolve("broken"));
    json("pipeline", "run", "--claim");

    golden.assertGolden(
        "pipeline-status/with-a-failed-stage.json", json("pipeline", "status").out());
  }

  @Test
  void explain_afterAChange() throws IOException {
    json("pipeline", "run");
    Files.writeString(directory.resolve("pipeline.yaml"), FILE.replace("lr: 0.1", "lr: 0.2"));

    golden.assertGolden("explain/after-a-change.json", json("explain", "check").out());
  }

  @Test
  void explain_withoutCheckpoint() throws IOException {
    golden.assertGolden("explain/not-completed.json", json("explain", "check").out());
  }

  @Test
  void rerun_dryRun() throws IOException {
    json("pipeline", "run");

    golden.assertGolden("rerun/dry-run.json", json("rerun", "--from", "check", "--dry-run").out());
  }

  @Test
  void rerun_done() throws IOException {
    json("pipeline", "run");

    golden.assertGolden("rerun/done.json", json("rerun", "--only", "report", "--yes").out());
  }

  @Test
  void verifyOutputs_withOneMissing() throws IOException {
    json("pipeline", "run");
    Files.delete(directory.resolve("rows.csv"));

    golden.assertGolden(
        "verify-outputs/with-a-missing-one.json", json("verify", "--outputs").out());
  }
}
