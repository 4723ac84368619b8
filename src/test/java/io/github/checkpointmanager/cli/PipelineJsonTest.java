package io.github.checkpointmanager.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documents of the commands about pipelines against golden files; as JsonDocumentsTest. */
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

  @BeforeEach
  void writePipeline() throws IOException {
    Files.writeString(directory.resolve("pipeline.yaml"), FILE);
    Files.writeString(directory.resolve("raw.csv"), "1\n");
  }

  private CommandRun.Result json(String... args) {
    String[] line = new String[args.length + 4];
    System.arraycopy(args, 0, line, 0, args.length);
    System.arraycopy(
        new String[] {"--output", "json", "--file", directory.resolve("pipeline.yaml").toString()},
        0,
        line,
        args.length,
        4);
    return new CommandRun().environment("PATH", System.getenv("PATH")).run(line);
  }

  @Test
  void run_completed() throws IOException {
    CommandRun.Result result = json("pipeline", "run");

    assertGolden("pipeline-run.json", result.out());
    assertThat(result.err()).as("output of stages goes there").contains("report | report\n");
  }

  @Test
  void run_failed() throws IOException {
    Files.createFile(directory.resolve("broken"));

    assertGolden("pipeline-run-failed.json", json("pipeline", "run", "--claim").out());
  }

  @Test
  void plan_afterAChange() throws IOException {
    json("pipeline", "run");
    Files.writeString(directory.resolve("raw.csv"), "2\n");

    assertGolden("pipeline-plan.json", json("pipeline", "plan").out());
  }

  @Test
  void status_withAFailedStage() throws IOException {
    Files.createFile(directory.resolve("broken"));
    json("pipeline", "run", "--claim");

    assertGolden("pipeline-status.json", json("pipeline", "status").out());
  }

  @Test
  void explain_afterAChange() throws IOException {
    json("pipeline", "run");
    Files.writeString(directory.resolve("pipeline.yaml"), FILE.replace("lr: 0.1", "lr: 0.2"));

    assertGolden("explain.json", json("explain", "check").out());
  }

  @Test
  void explain_withoutCheckpoint() throws IOException {
    assertGolden("explain-not-completed.json", json("explain", "check").out());
  }

  @Test
  void rerun_dryRun() throws IOException {
    json("pipeline", "run");

    assertGolden("rerun-dry-run.json", json("rerun", "--from", "check", "--dry-run").out());
  }

  @Test
  void rerun_done() throws IOException {
    json("pipeline", "run");

    assertGolden("rerun.json", json("rerun", "--only", "report", "--yes").out());
  }

  @Test
  void verifyOutputs_withOneMissing() throws IOException {
    json("pipeline", "run");
    Files.delete(directory.resolve("rows.csv"));

    assertGolden("verify-outputs.json", json("verify", "--outputs").out());
  }

  private void assertGolden(String name, String document) throws IOException {
    String normal =
        document
            .replace(directory.toString(), "DIRECTORY")
            .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME")
            .replaceAll("TIME by \\S+ on [^\",;]+", "TIME by USER on HOST")
            .replaceAll("\"(user|host)\":\"[^\"]+\"", "\"$1\":\"TEXT\"")
            .replaceAll("\"process\":\"\\d+\"", "\"process\":\"DIGITS\"")
            .replaceAll("\"fencingToken\":\\d+", "\"fencingToken\":NUMBER")
            .replaceAll("sha256:[0-9a-f]{64}", "SHA256")
            .replaceAll("\"[0-9a-f]{32}\"", "\"HEX\"")
            .replaceAll("\"durationSeconds\":[0-9.E-]+", "\"durationSeconds\":NUMBER");
    try (InputStream golden = PipelineJsonTest.class.getResourceAsStream("/cli/" + name)) {
      assertThat(golden).as("golden file %s for %s", name, normal).isNotNull();
      assertThat(normal).isEqualTo(new String(golden.readAllBytes(), UTF_8));
    }
  }
}
