package io.github.checkpointmanager.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.internal.s3.S3Bucket.ServerCapabilities;
import io.github.checkpointmanager.internal.time.Backoff;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.testing.CannedServer;
import io.github.checkpointmanager.testing.CannedServer.Reply;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * DeleteObjects with ETags, and when it is sent again. The answers follow the Amazon S3 User Guide,
 * "How to perform conditional deletes"
 * (docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html).
 */
class ConditionalDeletionTest {
  private static final Version SEEN = new Version("\"9b2cf535f27731c974343645a3985328\"");
  private static final Version OTHER = new Version("\"51c0aa907d6e5f4051c0aa907d6e5f40\"");

  private final CannedServer server = CannedServer.start();
  private final String bucket = "canned-" + UUID.randomUUID();

  /** With the SDK's own retries, which must not be used here. */
  private final S3Client client =
      S3Client.builder()
          .endpointOverride(server.endpoint())
          .forcePathStyle(true)
          .region(Region.US_EAST_1)
          .credentialsProvider(
              StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
          .httpClientBuilder(UrlConnectionHttpClient.builder())
          .build();

  private final S3CheckpointStore store =
      S3CheckpointStore.builder().client(client).bucket(bucket).prefix("p").build();

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private S3CheckpointStore onAServerThat(boolean compares) {
    URI endpoint = client.serviceClientConfiguration().endpointOverride().orElseThrow();
    ServerCapabilities known = ServerCapabilities.of(endpoint, bucket);
    known.ensureConditionsHold(() -> {});
    known.comparesDeletions(() -> compares);
    return store;
  }

  @Test
  void delete_sendsTheVersionSeen_whereTheServerComparesIt() {
    server.reply(result(deleted("a"), deleted("b")));

    onAServerThat(true).delete(Stream.of(Deletion.of("a", SEEN), Deletion.ofAny("b")));

    assertThat(server.requests().get(0).body())
        .contains("<Key>p/a</Key><ETag>" + SEEN.value().replace("\"", "&quot;") + "</ETag>")
        .doesNotContain("<Key>p/b</Key><ETag>");
  }

  @Test
  void delete_whereTheServerIgnoresIt_sendsNoVersion() {
    server.reply(result(deleted("a")));

    onAServerThat(false).delete(Stream.of(Deletion.of("a", SEEN)));

    assertThat(server.requests().get(0).body()).doesNotContain("ETag");
  }

  @Test
  void delete_ofAnotherVersion_isAConflict_andOfAnAbsentKeyIsDone() {
    server.reply(result(failed("a", "PreconditionFailed"), failed("b", "NoSuchKey")));

    DeletionReport report = onAServerThat(true).delete(bothSeen());

    assertThat(report.conflicts()).containsExactly("a");
    assertThat(report.failures()).hasSize(1);
    assertThat(report.deleted()).isEqualTo(1);
    assertThat(server.requests()).hasSize(1);
  }

  /** The first request may be executed later, and then would delete what was saved since. */
  @Test
  void delete_withoutAnAnswer_isNeverSentAgain_andIsUnknown() {
    server.reply(unanswered(), result(deleted("a")));

    DeletionReport report = onAServerThat(true).delete(Deletion.ofEach("a"));

    assertThat(kinds(report)).containsExactly("a OUTCOME_UNKNOWN");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void delete_whenTheServerIsBusy_isSentAgain() {
    server.reply(
        Reply.error(503, "SlowDown", "Please reduce your request rate."), result(deleted("a")));

    assertThat(onAServerThat(true).delete(Deletion.ofEach("a")).isComplete()).isTrue();
    assertThat(server.requests()).hasSize(2);
  }

  /** A duplicate that lands late finds another version, and deletes nothing. */
  @Test
  void delete_withoutAnAnswer_isSentAgainForTheVersionsSeen() {
    server.reply(unanswered(), result(deleted("a")));

    DeletionReport report =
        onAServerThat(true).delete(Stream.of(Deletion.of("a", SEEN), Deletion.ofAny("b")));

    assertThat(report.deleted()).isEqualTo(1);
    assertThat(kinds(report)).containsExactly("b OUTCOME_UNKNOWN");
    assertThat(server.requests().get(1).body()).contains("p/a").doesNotContain("p/b");
  }

  @Test
  void delete_afterAnUnansweredTry_readsWhatARefusalMeans() {
    server.reply(unanswered(), result(failed("a", "PreconditionFailed")), object(OTHER));
    DeletionReport another = onAServerThat(true).delete(Stream.of(Deletion.of("a", SEEN)));
    server.reply(unanswered(), result(failed("a", "NoSuchKey")), absent());
    DeletionReport gone = store.delete(Stream.of(Deletion.of("a", SEEN)));
    server.reply(unanswered(), result(failed("a", "NoSuchKey")), object(OTHER));
    DeletionReport takenSince = store.delete(Stream.of(Deletion.of("a", SEEN)));
    server.reply(unanswered(), result(failed("a", "PreconditionFailed")), object(SEEN));
    DeletionReport contradiction = store.delete(Stream.of(Deletion.of("a", SEEN)));
    server.reply(
        unanswered(),
        result(failed("a", "PreconditionFailed")),
        Reply.error(403, "AccessDenied", "Access Denied"));
    DeletionReport unreadable = store.delete(Stream.of(Deletion.of("a", SEEN)));

    assertThat(another.conflicts()).containsExactly("a");
    assertThat(gone).isEqualTo(new DeletionReport(1, List.of()));
    assertThat(takenSince.conflicts()).containsExactly("a");
    assertThat(kinds(contradiction)).containsExactly("a OUTCOME_UNKNOWN");
    assertThat(kinds(unreadable)).containsExactly("a OUTCOME_UNKNOWN");
  }

  /** A denial after an unanswered try says nothing of that try. */
  @Test
  void delete_afterAnUnansweredTry_isNeverReportedAsRefused() {
    server.reply(unanswered(), Reply.error(403, "AccessDenied", "Access Denied"));

    DeletionReport report = onAServerThat(true).delete(Stream.of(Deletion.of("a", SEEN)));

    assertThat(kinds(report)).containsExactly("a OUTCOME_UNKNOWN");
    assertThat(report.failures().get(0).reason()).contains("was not answered");
  }

  @Test
  void delete_thatIsNeverAnswered_isUnknownAfterABoundedNumberOfRequests() {
    server.reply(unanswered());

    DeletionReport report = onAServerThat(true).delete(bothSeen());

    assertThat(kinds(report)).containsExactly("a OUTCOME_UNKNOWN", "b OUTCOME_UNKNOWN");
    assertThat(server.requests()).hasSize(Backoff.BATCH_DELETION.tries());
  }

  @Test
  void probe_ofAServerThatCompares_saysSo() {
    server.reply(
        created(), result(failed(".probe", "PreconditionFailed")), object(SEEN), anyDeleted());

    assertThat(probed()).isTrue();
    assertThat(server.requests()).hasSize(4);
    assertThat(store.comparesDeletions()).isTrue();
    assertThat(server.requests()).as("asked once").hasSize(4);
  }

  @Test
  void probe_ofAServerThatIgnoresTheETag_saysSo() {
    server.reply(created(), anyDeleted());

    assertThat(probed()).isFalse();
  }

  @Test
  void probe_ofAServerThatDeletesThoughItRefuses_saysSo() {
    server.reply(created(), result(failed(".probe", "PreconditionFailed")), absent());

    assertThat(probed()).isFalse();
  }

  @Test
  void probe_ofAServerThatRefusesTheRightETag_saysSo() {
    server.reply(
        created(),
        result(failed(".probe", "PreconditionFailed")),
        object(SEEN),
        result(failed(".probe", "PreconditionFailed")),
        Reply.of(204, Map.of(), ""));

    assertThat(probed()).isFalse();
  }

  @Test
  void probe_ofAServerThatKnowsNoETagThere_saysSo() {
    server.reply(
        created(),
        Reply.error(400, "MalformedXML", "The XML you provided was not well-formed."),
        object(SEEN),
        Reply.error(400, "MalformedXML", "The XML you provided was not well-formed."),
        Reply.of(204, Map.of(), ""));

    assertThat(probed()).isFalse();
  }

  @Test
  void probe_withoutAnAnswer_isAFailure_andIsMadeAgain() {
    server.reply(created(), unanswered());
    knownConditions();

    assertThat(org.assertj.core.api.Assertions.catchThrowable(store::comparesDeletions))
        .hasMessageContaining("did not finish");

    server.reply(created(), anyDeleted());
    assertThat(store.comparesDeletions()).isFalse();
  }

  private boolean probed() {
    knownConditions();
    return store.comparesDeletions();
  }

  private void knownConditions() {
    ServerCapabilities.of(server.endpoint(), bucket).ensureConditionsHold(() -> {});
  }

  private static Stream<Deletion> bothSeen() {
    return Stream.of(Deletion.of("a", SEEN), Deletion.of("b", SEEN));
  }

  private static List<String> kinds(DeletionReport report) {
    return report.failures().stream().map(f -> f.key() + " " + f.kind()).toList();
  }

  private static Reply created() {
    return Reply.of(200, Map.of("ETag", SEEN.value()), "");
  }

  private static Reply object(Version version) {
    return Reply.of(
        200,
        Map.of("ETag", version.value(), "Last-Modified", "Mon, 23 Nov 2026 10:00:00 GMT"),
        "RUNNING\n");
  }

  private static Reply absent() {
    return Reply.error(404, "NoSuchKey", "The specified key does not exist.");
  }

  /** What a proxy says that has sent the request on, and does not know what became of it. */
  private static Reply unanswered() {
    return Reply.html(504);
  }

  private static Reply anyDeleted() {
    return result("<Deleted><Key>p/.probe</Key></Deleted>");
  }

  private static Reply result(String... entries) {
    return Reply.of(
        200,
        Map.of("Content-Type", "application/xml"),
        "<DeleteResult>" + String.join("", Arrays.asList(entries)) + "</DeleteResult>");
  }

  private static String deleted(String key) {
    return "<Deleted><Key>p/" + key + "</Key></Deleted>";
  }

  private static String failed(String key, String code) {
    return "<Error><Key>p/" + key + "</Key><Code>" + code + "</Code><Message>why</Message></Error>";
  }
}
