package io.github.checkpointmanager.cli.command;

import static io.github.checkpointmanager.cli.CommandProcess.LAUNCHER;
import static io.github.checkpointmanager.cli.CommandProcess.checkpoint;
import static io.github.checkpointmanager.cli.CommandProcess.shell;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.checkpointmanager.cli.CommandProcess;
import io.github.checkpointmanager.store.StoreLocation;
import io.github.checkpointmanager.testing.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command on a real S3 server, found by the environment as {@code localstack/start} sets it.
 */
@Tag("s3")
@Timeout(300)
class S3CommandIT {
  private final String store = "s3://" + LocalStack.newBucket() + "/job";

  @Test
  void save_byEightProcessesAtOnce_isSavedOnceAndAllNameTheSameWinner() throws IOException {
    List<CommandProcess> processes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      processes.add(
          CommandProcess.start(
              LocalStack.environment(),
              List.of(LAUNCHER, "--store", store, "--output", "json", "save", "same-stage")));
    }
    List<JsonNode> documents = new ArrayList<>();
    for (CommandProcess process : processes) {
      CommandProcess.Result result = process.await();
      assertThat(result.status()).as(result.err()).isZero();
      documents.add(new ObjectMapper().readTree(result.out()));
    }

    assertThat(documents.stream().map(d -> d.path("result").asText()))
        .containsOnlyOnce("saved")
        .filteredOn("already_saved"::equals)
        .hasSize(7);
    assertThat(
            documents.stream().map(d -> d.path("checkpoint").path("writeId").asText()).distinct())
        .hasSize(1);
  }

  /** So that a command which is no AWS program, or has another profile, finds the same store. */
  @Test
  void child_getsEndpointAndRegionOfTheProfile(@TempDir Path directory) throws IOException {
    Map<String, String> local = new HashMap<>(LocalStack.environment());
    String endpoint = Objects.requireNonNull(local.remove("AWS_ENDPOINT_URL"));
    Path config =
        Files.writeString(
            directory.resolve("config"),
            """
            [profile dev]
            region = %s
            services = local
            [services local]
            s3 =
              endpoint_url = %s
            """
                .formatted(local.remove("AWS_REGION"), endpoint));
    local.put("AWS_CONFIG_FILE", config.toString());
    local.put("AWS_PROFILE", "dev");

    CommandProcess.Result result =
        shell(
            local,
            "unset AWS_ENDPOINT_URL AWS_ENDPOINT_URL_S3 AWS_REGION AWS_DEFAULT_REGION\n"
                + "exec \"$0\" -q --store \"$1\" run outer -- sh -c 'echo $CHECKPOINT_STORE'",
            store);

    assertThat(result.out())
        .as(result.err())
        .isEqualTo(
            StoreLocation.parse(store)
                    .withDefaultOption("endpoint", endpoint)
                    .withDefaultOption("region", LocalStack.region().id())
                + "\n");
  }

  @Test
  void child_reachesTheSameStoreByItsLocationAlone() {
    CommandProcess.Result result =
        checkpoint(
            LocalStack.environment(),
            "-q",
            "--store",
            store,
            "run",
            "outer",
            "--",
            "env",
            "-u",
            "AWS_ENDPOINT_URL",
            "-u",
            "AWS_REGION",
            LAUNCHER,
            "save",
            "inner");

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).startsWith("inner: saved");
    assertThat(
            LocalStack.client()
                .listObjectsV2(
                    list -> list.bucket(store.substring("s3://".length(), store.indexOf("/job"))))
                .contents())
        .extracting(object -> object.key())
        .containsExactly("job/inner.checkpoint", "job/outer.checkpoint", "job/outer.claim");
  }

  @Test
  void bucket_thatIsMissing_is6AndNeverNo() {
    CommandProcess.Result result =
        checkpoint(
            LocalStack.environment(), "--store", "s3://no-such-bucket-anywhere/x", "has", "train");

    assertThat(result.status()).isEqualTo(6);
    assertThat(result.err()).contains("no-such-bucket-anywhere").hasLineCount(1);
  }

  @Test
  void doctor_ofLocalStack_isFit() {
    CommandProcess.Result result = checkpoint(LocalStack.environment(), "--store", store, "doctor");

    assertThat(result.out()).startsWith("CHECK").endsWith(" is fit for checkpoints.\n");
    assertThat(result.status()).isZero();
  }

  @Test
  void run_whenTheStoreVanishes_is106() {
    Map<String, String> environment = new HashMap<>(LocalStack.environment());
    environment.put("BUCKET", "");
    String bucket = LocalStack.newBucket();
    try (CommandProcess run =
        CommandProcess.start(
            environment,
            List.of(
                LAUNCHER,
                "--store",
                "s3://" + bucket + "/x",
                "run",
                "train",
                "--no-claim", // a bucket with a claim in it cannot be deleted
                "--",
                "sh",
                "-c",
                "echo ready; read x"))) {
      assertThat(run.line()).isEqualTo("ready");
      LocalStack.client().deleteBucket(delete -> delete.bucket(bucket));
      run.type("go\n");
      CommandProcess.Result result = run.await();

      assertThat(result.status()).isEqualTo(106);
      assertThat(result.err())
          .contains("The command succeeded, but 'train' could not be recorded", bucket);
    }
  }
}
