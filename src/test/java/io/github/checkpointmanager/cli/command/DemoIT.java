package io.github.checkpointmanager.cli.command;

import static io.github.checkpointmanager.cli.CommandProcess.checkpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.cli.CommandProcess;
import io.github.checkpointmanager.cli.demo.PenguinDemo;
import io.github.checkpointmanager.testing.LocalStack;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code demo}: killed for real, resumed, skipped; on a directory and on S3. */
@Tag("s3")
@Timeout(300)
class DemoIT {
  private static final String ACCURACY = "accuracy: 0.9706 (99 of 102 held-out penguins;";

  @TempDir private Path directory;

  @Test
  void demo_killedOnADirectory_resumes() {
    resumes(Map.of("CHECKPOINT_STORE", directory.toString()));
  }

  @Test
  void demo_killedOnS3_resumesAndLeavesReadableObjects() {
    String bucket = LocalStack.newBucket();
    Map<String, String> environment = new java.util.HashMap<>(LocalStack.environment());
    environment.put("CHECKPOINT_STORE", "s3://" + bucket + "/demo");

    resumes(environment);

    for (String stage : PenguinDemo.STAGES) {
      String object =
          LocalStack.client()
              .getObjectAsBytes(get -> get.bucket(bucket).key("demo/" + stage + ".checkpoint"))
              .asString(StandardCharsets.UTF_8);
      assertThat(object).startsWith("COMPLETED\nWrite-Id: ").contains("\nStage: " + stage + "\n");
    }
  }

  private static void resumes(Map<String, String> environment) {
    CommandProcess.Result killed =
        checkpoint(environment, "demo", "--crash-after", "data_preprocessing");
    assertThat(killed.status()).isEqualTo(137);
    assertThat(killed.out().lines())
        .containsExactly(
            "data_ingestion: ran",
            "data_preprocessing: ran",
            "killing this process after data_preprocessing");

    CommandProcess.Result resumed = checkpoint(environment, "demo");
    assertThat(resumed.status()).isZero();
    assertThat(resumed.out().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("data_ingestion: skipped"),
            line -> assertThat(line).startsWith("data_preprocessing: skipped"),
            line -> assertThat(line).isEqualTo("model_training: ran"),
            line -> assertThat(line).isEqualTo("evaluation: ran"),
            line -> assertThat(line).startsWith(ACCURACY));

    CommandProcess.Result third = checkpoint(environment, "demo");
    assertThat(third.out().lines().filter(line -> line.contains(": skipped"))).hasSize(4);
    assertThat(third.out()).contains(ACCURACY);
  }

  @Test
  void demo_crashAfterUnknownStage_isRefused() {
    CommandProcess.Result result =
        checkpoint(
            Map.of("CHECKPOINT_STORE", directory.toString()), "demo", "--crash-after", "nothing");

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("Name one of data_ingestion, data_preprocessing");
  }
}
