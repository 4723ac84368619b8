package io.github.checkpointmanager.internal.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.github.checkpointmanager.internal.process.Race;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import io.github.checkpointmanager.store.s3.LyingServer;
import io.github.checkpointmanager.store.s3.MuteServer;
import io.github.checkpointmanager.store.s3.S3CheckpointStore;
import io.github.checkpointmanager.testing.CannedServer;
import io.github.checkpointmanager.testing.LocalStack;
import io.github.checkpointmanager.testing.RequestLog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/** The probe against a real server, and against servers that lie. */
@Tag("s3")
class ConditionProbeTest {
  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static CheckpointStore store(S3Client client, String bucket) {
    return S3CheckpointStore.builder().client(client).bucket(bucket).prefix("p").build();
  }

  @Test
  void probe_precedesTheFirstWriteOfAProcess_withFiveRequests() {
    var log = new RequestLog();
    String bucket = LocalStack.newBucket();
    try (S3Client client = log.client()) {
      store(client, bucket).read("a");
      assertThat(log.calls()).containsExactly("GET");

      store(client, bucket).create("a", bytes("x"));
      assertThat(log.calls()).containsExactly("GET", "PUT", "PUT", "PUT", "GET", "DELETE", "PUT");

      log.clear();
      store(client, bucket).create("b", bytes("x"));
      assertThat(log.calls()).containsExactly("PUT");
    }
  }

  @Test
  void probe_ofManyThreads_runsOnce() throws Exception {
    var log = new RequestLog();
    String bucket = LocalStack.newBucket();
    try (S3Client client = log.client()) {
      List<WriteResult> written =
          Race.run(8, i -> store(client, bucket).create("k" + i, bytes("x")));

      assertThat(written)
          .extracting(WriteResult::outcome)
          .containsOnly(WriteResult.Outcome.WRITTEN);
      assertThat(log.counts()).isEqualTo(Map.of("PUT", 3 + 8, "GET", 1, "DELETE", 1));
    }
  }

  @Test
  void probe_onAVersionedBucket_leavesNoVersionBehind() {
    String bucket = LocalStack.newBucket();
    LocalStack.versioning(bucket, BucketVersioningStatus.ENABLED);

    store(LocalStack.client(), bucket).create("a", bytes("x"));

    var all = LocalStack.client().listObjectVersions(r -> r.bucket(bucket));
    assertThat(all.versions()).extracting("key").containsExactly("p/a");
    assertThat(all.deleteMarkers()).isEmpty();
  }

  @Test
  void aServerThatIgnoresIfNoneMatch_isRefusedByName_andNothingIsLeft() throws Exception {
    try (var liar = LyingServer.ignoring("If-None-Match")) {
      assertRefused(liar, "ignores the header If-None-Match");
    }
  }

  @Test
  void aServerThatIgnoresIfMatch_isRefusedByName_andNothingIsLeft() throws Exception {
    try (var liar = LyingServer.ignoring("If-Match")) {
      assertRefused(liar, "ignores the header If-Match");
    }
  }

  @Test
  void aServerThatDoesNotImplementIfNoneMatch_isRefusedByName() throws Exception {
    try (var liar = LyingServer.rejecting("If-None-Match")) {
      assertRefused(liar, "does not support the header If-None-Match");
    }
  }

  @Test
  void aServerThatDoesNotImplementIfMatch_isRefusedByName() throws Exception {
    try (var liar = LyingServer.rejecting("If-Match")) {
      assertRefused(liar, "does not support the header If-Match");
    }
  }

  @Test
  void aServerThatRefusesAndWritesAllTheSame_isRefused() throws Exception {
    try (var liar = LyingServer.writingInSpiteOf("If-Match")) {
      assertRefused(liar, "ignores the header If-Match");
    }
    try (var liar = LyingServer.writingInSpiteOf("If-None-Match")) {
      assertRefused(liar, "ignores the header If-None-Match");
    }
  }

  @Test
  void aServerWithWeakETags_isRefused_sinceNothingCouldBeReplaced() throws Exception {
    try (var liar = LyingServer.withWeakETags()) {
      assertRefused(liar, "its ETags are weak");
    }
  }

  private static void assertRefused(LyingServer liar, String says) {
    try (S3Client client = new RequestLog().client(liar.endpoint())) {
      for (int time = 1; time <= 2; time++) {
        assertThatThrownBy(() -> store(client, "bucket").create("a", bytes("x")))
            .hasMessageContaining(says)
            .asInstanceOf(type(StoreException.class))
            .extracting(StoreException::kind)
            .isEqualTo(StoreException.Kind.UNSUPPORTED);
        assertThat(liar.keys()).isEmpty();
      }
    }
  }

  @Test
  void anHonestServer_isAccepted_andItsClockTrusted() throws Exception {
    try (var server = LyingServer.honest();
        S3Client client = new RequestLog().client(server.endpoint())) {
      CheckpointStore store = store(client, "bucket");
      store.create("a", bytes("x"));

      assertThat(store.read("a").orElseThrow().storeTime()).isPresent();
      assertThat(server.keys()).containsExactly("/bucket/p/a");
    }
  }

  @Test
  void aClockThatIsThreeSecondsAhead_isFoundByTheProbe() {
    Instant written = Instant.parse("2026-11-23T12:00:00Z");
    var seen = new StoredObject(new byte[0], 0, new Version("v"), written, Optional.empty());
    Duration elapsed = Duration.ofMillis(50);

    assertThat(ConditionProbe.clocksAgree(seen, written.plusSeconds(1), elapsed)).isTrue();
    assertThat(ConditionProbe.clocksAgree(seen, written.plusSeconds(2), elapsed)).isFalse();
    assertThat(ConditionProbe.clocksAgree(seen, written.plusSeconds(3), elapsed)).isFalse();
    assertThat(ConditionProbe.clocksAgree(seen, written.minusSeconds(2), elapsed)).isFalse();
  }

  @Test
  void aProxyWithAClockOfItsOwn_makesTheStoresTimeUnknown() throws Exception {
    try (var server = LyingServer.withClockAheadSeconds(30);
        S3Client client = new RequestLog().client(server.endpoint())) {
      CheckpointStore store = store(client, "bucket");
      store.create("a", bytes("x"));

      assertThat(store.read("a").orElseThrow().storeTime()).isEmpty();
      assertThat(store.read("a").orElseThrow().age()).isEmpty();
    }
  }

  @Test
  void aLostReplyOfTheProbe_isResolved() throws Exception {
    for (int lost = 1; lost <= 5; lost++) {
      try (var server = LyingServer.losingReply(lost);
          S3Client client = new RequestLog().client(server.endpoint())) {
        assertThat(store(client, "bucket").create("a", bytes("x")).outcome())
            .as("reply %s lost", lost)
            .isEqualTo(WriteResult.Outcome.WRITTEN);
        assertThat(server.keys()).containsExactly("/bucket/p/a");
      }
    }
  }

  @Test
  void aServerThatIsNoS3_isAskedOnce_andToldAsSuch() {
    try (CannedServer web = CannedServer.start();
        S3Client client = new RequestLog().client(web.endpoint())) {
      web.reply(CannedServer.Reply.html(501));

      assertThatThrownBy(() -> store(client, "bucket").create("a", bytes("x")))
          .hasMessageContaining("not a valid answer of S3")
          .hasMessageContaining(web.endpoint().toString())
          .hasMessageContaining("check the endpoint")
          .asInstanceOf(type(StoreException.class))
          .extracting(StoreException::kind)
          .isEqualTo(StoreException.Kind.UNAVAILABLE);
      assertThat(web.requests())
          .extracting(CannedServer.Request::method)
          .containsExactly("PUT", "DELETE");
    }
  }

  @Test
  void aServerThatNeverAnswersTheProbe_isUnavailable_notUnknown() throws Exception {
    try (var mute = new MuteServer();
        S3Client client = new RequestLog().client(mute.endpoint())) {
      assertThatThrownBy(() -> store(client, "bucket").create("a", bytes("x")))
          .asInstanceOf(type(StoreException.class))
          .extracting(StoreException::kind)
          .isEqualTo(StoreException.Kind.UNAVAILABLE);
    }
  }
}
