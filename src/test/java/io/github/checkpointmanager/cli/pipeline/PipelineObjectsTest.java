package io.github.checkpointmanager.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.cli.CommandRun;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.testing.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;

/** Objects of S3 as inputs and outputs of a {@code pipeline.yaml}. */
@Tag("s3")
class PipelineObjectsTest {
  @TempDir private Path directory;

  private final String bucket = LocalStack.newBucket();

  /** The command reads these from its own process, which here is the test's. */
  @BeforeEach
  void setCredentials() {
    var credentials = LocalStack.credentials().resolveCredentials();
    System.setProperty("aws.accessKeyId", credentials.accessKeyId());
    System.setProperty("aws.secretAccessKey", credentials.secretAccessKey());
  }

  @AfterEach
  void clearCredentials() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
  }

  private void put(String key, String content) {
    LocalStack.client()
        .putObject(
            r -> r.bucket(bucket).key(key).checksumAlgorithm(ChecksumAlgorithm.SHA256),
            RequestBody.fromString(content));
  }

  private void writePipeline(String first) throws IOException {
    Files.writeString(
        directory.resolve("pipeline.yaml"),
        first
            + """
            policy: fingerprint
            stages:
              load:
                run: "true"
                inputs: s3://BUCKET/raw
                outputs: s3://BUCKET/out
              other:
                run: "true"
            """
                .replace("BUCKET", bucket));
  }

  private CommandRun.Result run(String command, String... more) {
    List<String> line = new ArrayList<>(List.of("pipeline", command));
    line.addAll(List.of(more));
    return new CommandRun()
        .path()
        .file(directory.resolve("pipeline.yaml"))
        .run(line.toArray(String[]::new));
  }

  private void assertThatAChangedObjectIsNamed(String... settings) {
    put("raw", "one");
    put("out", "made");
    CommandRun.Result ran = run("run", settings);
    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(run("plan", settings).out()).endsWith("0 to run, 2 to skip\n");

    put("raw", "two");

    CommandRun.Result plan = run("plan", settings);
    assertThat(plan.out())
        .contains("load   run     input 's3://" + bucket + "/raw' changed\n")
        .endsWith("1 to run, 1 to skip\n");
  }

  @Test
  void plan_namesTheObjectThatChanged_withCheckpointsInADirectory() throws IOException {
    writePipeline("");

    assertThatAChangedObjectIsNamed(
        "--endpoint-url", LocalStack.endpoint().toString(), "--region", LocalStack.region().id());
  }

  @Test
  void plan_namesTheObjectThatChanged_withTheSettingsOfTheLocation() throws IOException {
    String settings = "?endpoint=" + LocalStack.endpoint() + "&region=" + LocalStack.region().id();
    writePipeline("store: \"s3://" + bucket + "/p" + settings + "\"\n");

    assertThatAChangedObjectIsNamed();
  }

  @Test
  void run_withoutTheOutput_failsTheStage() throws IOException {
    writePipeline("");
    put("raw", "one");

    CommandRun.Result ran =
        run(
            "run",
            "--endpoint-url",
            LocalStack.endpoint().toString(),
            "--region",
            LocalStack.region().id());

    assertThat(ran.status()).isEqualTo(ExitCodes.STAGE_FAILED);
    assertThat(ran.err()).contains("s3://" + bucket + "/out");
  }
}
