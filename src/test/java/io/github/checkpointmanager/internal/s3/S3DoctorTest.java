package io.github.checkpointmanager.internal.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.store.CheckpointStore.Finding;
import io.github.checkpointmanager.store.CheckpointStore.Finding.Verdict;
import io.github.checkpointmanager.store.s3.LyingServer;
import io.github.checkpointmanager.store.s3.MuteServer;
import io.github.checkpointmanager.store.s3.S3CheckpointStore;
import io.github.checkpointmanager.store.s3.TestStores;
import io.github.checkpointmanager.testing.CannedServer;
import io.github.checkpointmanager.testing.CannedServer.Reply;
import io.github.checkpointmanager.testing.LocalStack;
import io.github.checkpointmanager.testing.RequestLog;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;

/** What the diagnosis finds on a good server, on bad ones and for settings that threaten. */
@Tag("s3")
class S3DoctorTest {
  private final S3Client server = LocalStack.client();
  private final String bucket = LocalStack.newBucket();

  private List<Finding> diagnose() {
    return TestStores.open(bucket, "etl/today").diagnose();
  }

  private static Finding find(List<Finding> findings, String check) {
    return findings.stream().filter(f -> f.check().equals(check)).findFirst().orElseThrow();
  }

  private void enableVersioning() {
    LocalStack.versioning(bucket, BucketVersioningStatus.ENABLED);
  }

  @Test
  void aGoodBucket_passesEveryCheck() {
    enableVersioning();

    List<Finding> findings = diagnose();

    assertThat(findings)
        .extracting(Finding::check)
        .containsExactly(
            "endpoint",
            "bucket and credentials",
            "permission to list",
            "permission to write",
            "permission to tag claims",
            "list after write",
            "clock",
            "batch delete",
            "conditional create",
            "conditional replace",
            "race of 32 writers",
            "create after deletion",
            "checksums",
            "versioning",
            "default encryption",
            "object lock",
            "lifecycle rules");
    assertThat(findings).extracting(Finding::verdict).containsOnly(Verdict.OK);
  }

  @Test
  void theDiagnosis_leavesNoVersionAndNoMarkerBehind() {
    enableVersioning();
    diagnose();

    var all = server.listObjectVersions(r -> r.bucket(bucket));
    assertThat(all.versions()).isEmpty();
    assertThat(all.deleteMarkers()).isEmpty();
  }

  @Test
  void withoutVersioning_theAdviceSaysWhatIsLost() {
    Finding versioning = find(diagnose(), "versioning");

    assertThat(versioning.verdict()).isEqualTo(Verdict.WARNING);
    assertThat(versioning.advice()).contains("are lost");
  }

  @Test
  void aRuleThatExpiresCheckpoints_isNamed() {
    rules(
        rule("tidy").filter(f -> f.prefix("etl/")).expiration(e -> e.days(7)).build(),
        rule("elsewhere").filter(f -> f.prefix("logs/")).expiration(e -> e.days(1)).build(),
        rule("claims")
            .filter(f -> f.tag(t -> t.key("checkpoint-manager").value("claim")))
            .expiration(e -> e.days(1))
            .build());

    Finding lifecycle = find(diagnose(), "lifecycle rules");

    assertThat(lifecycle.verdict()).isEqualTo(Verdict.WARNING);
    assertThat(lifecycle.detail()).isEqualTo("rule 'tidy' expires checkpoints after 7 days");
  }

  @Test
  void rulesForOldVersions_areNoThreat() {
    rules(
        rule("old")
            .filter(f -> f.prefix(""))
            .noncurrentVersionExpiration(e -> e.noncurrentDays(30))
            .build());

    assertThat(find(diagnose(), "lifecycle rules").verdict()).isEqualTo(Verdict.OK);
  }

  private static LifecycleRule.Builder rule(String id) {
    return LifecycleRule.builder().id(id).status(ExpirationStatus.ENABLED);
  }

  private void rules(LifecycleRule... rules) {
    server.putBucketLifecycleConfiguration(
        r -> r.bucket(bucket).lifecycleConfiguration(c -> c.rules(rules)));
  }

  @Test
  void aBucketThatIsNotThere_isTheOnlyFinding() {
    List<Finding> findings = TestStores.open("no-such-bucket-3f0c", "p").diagnose();

    assertThat(findings).hasSize(2);
    assertThat(findings.get(1).verdict()).isEqualTo(Verdict.FAILED);
    assertThat(findings.get(1).detail()).contains("NoSuchBucket");
    assertThat(findings.get(1).advice()).contains("Create the bucket");
  }

  @Test
  void missingPermissions_areNamedOneByOne() {
    try (var denying = CannedServer.start();
        S3Client client = new RequestLog().client(denying.endpoint())) {
      denying.reply(Reply.error(403, "AccessDenied", "Access Denied"));

      List<Finding> findings =
          S3CheckpointStore.builder().client(client).bucket("bucket").build().diagnose();

      assertThat(find(findings, "bucket and credentials").advice()).contains("s3:ListBucket");
      assertThat(find(findings, "permission to list").advice()).contains("s3:ListBucket");
      assertThat(find(findings, "permission to write").advice()).contains("s3:PutObject");
      assertThat(find(findings, "versioning").verdict()).isEqualTo(Verdict.UNKNOWN);
      assertThat(find(findings, "versioning").advice()).contains("s3:GetBucketVersioning");
    }
  }

  @Test
  void aServerThatIgnoresConditions_failsTheirChecks() throws IOException {
    try (var liar = LyingServer.ignoring("If-None-Match")) {
      List<Finding> findings = diagnose(liar);
      assertThat(find(findings, "conditional create").verdict()).isEqualTo(Verdict.FAILED);
      assertThat(find(findings, "conditional create").detail()).contains("If-None-Match");
      assertThat(find(findings, "race of 32 writers").verdict()).isEqualTo(Verdict.FAILED);
      assertThat(liar.keys()).isEmpty();
    }
    try (var liar = LyingServer.ignoring("If-Match")) {
      List<Finding> findings = diagnose(liar);
      assertThat(find(findings, "conditional create").verdict()).isEqualTo(Verdict.OK);
      assertThat(find(findings, "conditional replace").verdict()).isEqualTo(Verdict.FAILED);
      assertThat(find(findings, "conditional replace").detail()).contains("If-Match");
      assertThat(liar.keys()).isEmpty();
    }
  }

  private static List<Finding> diagnose(LyingServer liar) {
    try (S3Client client = new RequestLog().client(liar.endpoint())) {
      return S3CheckpointStore.builder().client(client).bucket("bucket").build().diagnose();
    }
  }

  @Test
  void noServer_isAFinding() throws IOException {
    try (var mute = new MuteServer();
        S3Client client = new RequestLog().client(mute.endpoint())) {
      List<Finding> findings =
          S3CheckpointStore.builder().client(client).bucket("bucket").build().diagnose();

      assertThat(findings).last().extracting(Finding::verdict).isEqualTo(Verdict.FAILED);
    }
  }
}
