package io.github.checkpointmanager.pipeline.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.pipeline.InputException;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineRunner;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.PlanOptions;
import io.github.checkpointmanager.pipeline.ResumePolicy;
import io.github.checkpointmanager.pipeline.StageReport.StageOutcome;
import io.github.checkpointmanager.store.s3.S3CheckpointStore;
import io.github.checkpointmanager.testing.LocalStack;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Objects as inputs and outputs, identified by version id or checksum. */
@Tag("s3")
class S3InputsTest {
  private final S3Client client = LocalStack.client();
  private final String bucket = LocalStack.newBucket();
  private final S3Inputs inputs = S3Inputs.of(client);

  private String put(String key, String content) {
    client.putObject(
        request -> request.bucket(bucket).key(key).checksumAlgorithm(ChecksumAlgorithm.SHA256),
        RequestBody.fromString(content));
    return "s3://" + bucket + "/" + key;
  }

  private void versioning(BucketVersioningStatus status) {
    LocalStack.versioning(bucket, status);
  }

  @Test
  void identify_withoutVersions_isTheChecksumOfTheContent() throws Exception {
    ContentDigest one = inputs.identify(put("a/x", "one")).orElseThrow();

    assertThat(one.size()).isEqualTo(3);
    assertThat(one.digest()).startsWith("s3-sha256:");
    assertThat(inputs.identify(put("a/x", "one"))).contains(one);
    assertThat(inputs.identify(put("a/x", "two"))).isPresent().get().isNotEqualTo(one);
  }

  @Test
  void identify_withVersions_isTheVersionId() throws Exception {
    versioning(BucketVersioningStatus.ENABLED);

    ContentDigest one = inputs.identify(put("x", "one")).orElseThrow();

    assertThat(one.digest()).startsWith("s3-version:");
    assertThat(inputs.identify("s3://" + bucket + "/x")).contains(one);
    assertThat(inputs.identify(put("x", "one"))).isPresent().get().isNotEqualTo(one);
  }

  /** Objects written while versioning is suspended have the version id "null". */
  @Test
  void identify_withVersioningSuspended_isTheChecksum() throws Exception {
    versioning(BucketVersioningStatus.ENABLED);
    versioning(BucketVersioningStatus.SUSPENDED);

    assertThat(inputs.identify(put("x", "one")).orElseThrow().digest()).startsWith("s3-sha256:");
  }

  @Test
  void identify_ofAnAbsentObject_isAbsent_andOfAnAbsentBucketAnError() throws Exception {
    assertThat(inputs.identify("s3://" + bucket + "/nothing")).isEmpty();
    assertThatThrownBy(() -> inputs.identify("s3://no-such-bucket-" + bucket + "/x"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("whether its bucket exists");
  }

  @Test
  void identify_ofWhatIsNoObject_saysHowToWriteIt() {
    assertThatThrownBy(() -> inputs.identify("s3://" + bucket + "/prefix/"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("Write s3://bucket/key");
  }

  @Test
  void anETagAlone_identifiesNothing() {
    assertThat(S3Inputs.identity(HeadObjectResponse.builder().eTag("\"900150983cd2\"").build()))
        .isEmpty();
    assertThat(
            S3Inputs.identity(
                HeadObjectResponse.builder().versionId("null").checksumCRC32("AA==-3").build()))
        .contains("s3-crc32:AA==-3");
  }

  @Test
  void pipeline_overObjects_runsAgainWhenOneChanged() {
    String raw = put("raw", "1");
    String out = "s3://" + bucket + "/out";
    var store = S3CheckpointStore.builder().client(client).bucket(bucket).prefix("p").build();
    Pipeline pipeline =
        Pipeline.named("etl")
            .stage(PipelineStage.of("a", task -> put("out", "x")).inputs(raw).outputs(out))
            .stage(PipelineStage.of("b", task -> {}).after("a"))
            .build();
    var runner =
        PipelineRunner.of(CheckpointManager.builder().store(store).open())
            .options(PlanOptions.standard().withPolicy(ResumePolicy.FINGERPRINT).withCheckOutputs())
            .source(inputs)
            .claiming(Duration.ofSeconds(30));

    assertThat(runner.run(pipeline).with(StageOutcome.RAN)).containsExactly("a", "b");
    assertThat(runner.run(pipeline).with(StageOutcome.SKIPPED)).containsExactly("a", "b");
    put("raw", "2");
    assertThat(runner.run(pipeline).with(StageOutcome.RAN)).containsExactly("a", "b");
    client.deleteObject(request -> request.bucket(bucket).key("out"));
    assertThat(runner.run(pipeline).with(StageOutcome.RAN)).containsExactly("a", "b");
  }
}
