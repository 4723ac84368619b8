package io.github.checkpointmanager.store.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointHistory;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.StoreUnavailableException;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.CheckpointStore.Finding;
import io.github.checkpointmanager.store.CheckpointStore.Finding.Verdict;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Real servers other than LocalStack: one that ignores conditions, and what LocalStack does not
 * enforce, namely permissions, credentials and regions.
 */
@Tag("extended")
class OtherServersTest {
  private static CheckpointStore store(S3Client client, String bucket) {
    return S3CheckpointStore.builder().client(client).bucket(bucket).prefix("p").build();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static StoreException failure(Runnable call) {
    StoreException e = catchThrowableOfType(StoreException.class, call::run);
    assertThat(e).as("a failure").isNotNull();
    return e;
  }

  private static Finding find(List<Finding> findings, String check) {
    return findings.stream().filter(f -> f.check().equals(check)).findFirst().orElseThrow();
  }

  @Test
  void rclone_ignoresConditions_soTheFirstWriteIsRefused_andNothingIsLeft() {
    try (var server = ServerProcess.rclone();
        S3Client client = server.client()) {
      String bucket = ServerProcess.newBucket(client);
      CheckpointStore store = store(client, bucket);

      StoreException e = failure(() -> store.create("x.checkpoint", bytes("x")));

      assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED);
      assertThat(e).hasMessageContaining("If-None-Match");
      assertThat(client.listObjectsV2(r -> r.bucket(bucket)).contents()).isEmpty();
    }
  }

  @Test
  void rclone_failsTheChecksOfConditions() {
    try (var server = ServerProcess.rclone();
        S3Client client = server.client()) {
      String bucket = ServerProcess.newBucket(client);

      List<Finding> findings = store(client, bucket).diagnose();

      assertThat(find(findings, "conditional create").verdict()).isEqualTo(Verdict.FAILED);
      assertThat(find(findings, "conditional replace").verdict()).isEqualTo(Verdict.FAILED);
      assertThat(find(findings, "race of 32 writers").verdict()).isEqualTo(Verdict.FAILED);
      assertThat(find(findings, "list after write").verdict()).isEqualTo(Verdict.OK);
      assertThat(client.listObjectsV2(r -> r.bucket(bucket)).contents()).isEmpty();
    }
  }

  @Test
  void versitygw_withVersioning_isFoundUnfit_becauseOfItsDeleteMarkers() {
    try (var server = ServerProcess.versitygw();
        S3Client client = server.client()) {
      String bucket = ServerProcess.newVersionedBucket(client);

      List<Finding> findings = store(client, bucket).diagnose();

      assertThat(find(findings, "conditional create").verdict()).isEqualTo(Verdict.OK);
      assertThat(find(findings, "race of 32 writers").verdict()).isEqualTo(Verdict.OK);
      assertThat(find(findings, "create after deletion").verdict()).isEqualTo(Verdict.FAILED);
      assertThat(find(findings, "create after deletion").advice()).contains("versioning");
      assertThat(client.listObjectVersions(r -> r.bucket(bucket)).versions()).isEmpty();
    }
  }

  @Test
  void minio_passesTheChecks_withVersioningToo() {
    try (var server = ServerProcess.minio();
        S3Client client = server.client()) {
      String bucket = ServerProcess.newVersionedBucket(client);

      List<Finding> findings = store(client, bucket).diagnose();

      assertThat(findings).noneMatch(finding -> finding.verdict() == Verdict.FAILED);
      var left = client.listObjectVersions(r -> r.bucket(bucket));
      assertThat(left.versions()).isEmpty();
      assertThat(left.deleteMarkers()).isEmpty();
    }
  }

  @Test
  void minio_restoresAfterAClear_andPurges() {
    try (var server = ServerProcess.minio();
        S3Client client = server.client()) {
      String bucket = ServerProcess.newVersionedBucket(client);
      CheckpointManager checkpoints =
          CheckpointManager.builder().store(store(client, bucket)).open();
      Checkpoint first = checkpoints.save("train").checkpoint().orElseThrow();
      checkpoints.clear();
      CheckpointHistory history = checkpoints.history();

      history.restore("train", history.versions("train").get(1).versionId());

      assertThat(checkpoints.get("train").orElseThrow().restoredFrom()).isEqualTo(first.writeId());
      assertThat(history.versions("train")).hasSize(3);
      assertNothingIsLeftAfterAPurge(client, bucket, checkpoints);
    }
  }

  /**
   * The version that {@code .ci/run} installs refuses to create after a delete marker. A version
   * that does not makes this test fail; then expect what MinIO does.
   */
  @Test
  void versitygw_afterAClear_saysThatItCannotRestore_andPurges() {
    try (var server = ServerProcess.versitygw();
        S3Client client = server.client()) {
      String bucket = ServerProcess.newVersionedBucket(client);
      CheckpointManager checkpoints =
          CheckpointManager.builder().store(store(client, bucket)).open();
      checkpoints.save("train");
      checkpoints.clear();
      CheckpointHistory history = checkpoints.history();
      String version = history.versions("train").get(1).versionId();

      assertThatThrownBy(() -> history.restore("train", version))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("delete marker");

      assertThat(checkpoints.has("train")).isFalse();
      assertThat(history.versions("train")).hasSize(2);
      assertNothingIsLeftAfterAPurge(client, bucket, checkpoints);
    }
  }

  @Test
  void versitygw_overACheckpoint_restores() {
    try (var server = ServerProcess.versitygw();
        S3Client client = server.client()) {
      String bucket = ServerProcess.newVersionedBucket(client);
      CheckpointManager checkpoints =
          CheckpointManager.builder().store(store(client, bucket)).open();
      Checkpoint first = checkpoints.save("train").checkpoint().orElseThrow();
      checkpoints.replace(first, SaveOptions.none());
      CheckpointHistory history = checkpoints.history();

      history.restore("train", history.versions("train").get(1).versionId());

      assertThat(checkpoints.get("train").orElseThrow().restoredFrom()).isEqualTo(first.writeId());
    }
  }

  private static void assertNothingIsLeftAfterAPurge(
      S3Client client, String bucket, CheckpointManager checkpoints) {
    assertThat(checkpoints.history().purgeAll().stages()).containsExactly("train");
    var left = client.listObjectVersions(r -> r.bucket(bucket));
    assertThat(left.versions()).isEmpty();
    assertThat(left.deleteMarkers()).isEmpty();
  }

  @Test
  void minio_withMissingPermissions_namesThem() {
    try (var server = ServerProcess.minio();
        S3Client owner = server.client();
        S3Client stranger =
            server.client(Region.EU_WEST_1, AnonymousCredentialsProvider.create())) {
      String bucket = ServerProcess.newBucket(owner);
      store(owner, bucket).create("a", bytes("x"));
      owner.putBucketPolicy(r -> r.bucket(bucket).policy(allow("s3:GetObject", bucket + "/*")));
      CheckpointStore store = store(stranger, bucket);

      assertThat(store.read("a")).isPresent();
      StoreException closed =
          failure(() -> store(stranger, ServerProcess.newBucket(owner)).read("a"));
      assertThat(closed.kind()).isEqualTo(Kind.DENIED);
      assertThat(closed.remedy()).contains("s3:GetObject").contains("s3:ListBucket");
      assertThat(failure(() -> store.list("").iterator().next()).remedy())
          .contains("s3:ListBucket");
      assertThat(failure(() -> store.create("b", bytes("x"))).remedy()).contains("s3:PutObject");
      assertThat(store.delete(Deletion.ofEach("a")).failures())
          .singleElement()
          .satisfies(denied -> assertThat(denied.reason()).contains("s3:DeleteObject"));
    }
  }

  private static String allow(String action, String resource) {
    return """
    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["*"]},
    "Action":["%s"],"Resource":["arn:aws:s3:::%s"]}]}
    """
        .formatted(action, resource);
  }

  @Test
  void versitygw_inAnotherRegion_namesIt() {
    try (var server = ServerProcess.versitygw();
        S3Client owner = server.client();
        S3Client elsewhere = server.client(Region.AP_SOUTH_1, ServerProcess.credentials())) {
      String bucket = ServerProcess.newBucket(owner);

      assertThat(failure(() -> store(elsewhere, bucket).read("a")).remedy())
          .contains("set region=eu-west-1");
    }
  }

  @Test
  void minio_withWrongCredentialsRegionOrBucket_saysWhichIsWrong() {
    try (var server = ServerProcess.minio();
        S3Client owner = server.client();
        S3Client elsewhere = server.client(Region.AP_SOUTH_1, ServerProcess.credentials());
        S3Client wrongKey =
            server.client(
                Region.EU_WEST_1,
                StaticCredentialsProvider.create(AwsBasicCredentials.create("nobody", "x")))) {
      String bucket = ServerProcess.newBucket(owner);

      assertThat(failure(() -> store(elsewhere, bucket).read("a")).remedy())
          .contains("set region=eu-west-1");
      assertThat(failure(() -> store(wrongKey, bucket).read("a")).remedy()).contains("access key");
      assertThat(failure(() -> store(owner, "no-such-bucket").read("a")).kind())
          .isEqualTo(Kind.NOT_FOUND);
    }
  }
}
