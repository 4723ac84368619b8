package io.github.checkpointmanager.internal.s3.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.checkpointmanager.internal.s3.S3Bucket.ServerCapabilities;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import io.github.checkpointmanager.store.s3.S3CheckpointStore;
import io.github.checkpointmanager.testing.CannedServer;
import io.github.checkpointmanager.testing.CannedServer.Reply;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.HttpsURLConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Replies that are longer than any of S3 are no replies of S3, and are not kept in memory. */
class ReplyLimitTest {
  private final CannedServer server = CannedServer.start();
  private final String bucket = "canned-" + UUID.randomUUID();
  private final S3Client client =
      S3Client.builder()
          .endpointOverride(server.endpoint())
          .forcePathStyle(true)
          .region(Region.US_EAST_1)
          .credentialsProvider(
              StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
          .httpClient(
              new OwnHttpClient(
                  Duration.ofSeconds(10),
                  Duration.ofSeconds(30),
                  new ProxyVariables(name -> null, name -> null),
                  HttpsURLConnection::getDefaultSSLSocketFactory))
          .build();
  private final S3CheckpointStore store =
      S3CheckpointStore.builder().client(client).bucket(bucket).prefix("p").build();

  ReplyLimitTest() {
    ServerCapabilities.of(server.endpoint(), bucket).ensureConditionsHold(() -> {});
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private static StoreException failure(Runnable call) {
    StoreException e = catchThrowableOfType(StoreException.class, call::run);
    assertThat(e).as("a failure").isNotNull();
    return e;
  }

  private String page(int padding) {
    return "<ListBucketResult><Name>"
        + bucket
        + "</Name><Prefix>p/</Prefix><IsTruncated>false</IsTruncated>"
        + " ".repeat(padding)
        + "</ListBucketResult>";
  }

  private static Reply xml(String body) {
    return Reply.of(200, Map.of("Content-Type", "application/xml"), body);
  }

  @Test
  void aLongError_isNoAnswerOfS3() {
    server.reply(Reply.error(403, "AccessDenied", "a".repeat(ReplyLimit.ERROR_BYTES)));

    StoreException reading = failure(() -> store.readHead("a.checkpoint"));
    StoreException writing = failure(() -> store.create("a", "x".getBytes(UTF_8)));

    assertThat(reading.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(reading).hasMessageContaining("is not a valid answer of S3");
    assertThat(writing.kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
  }

  @Test
  void aLongPage_isNoAnswerOfS3() {
    server.reply(xml(page(ReplyLimit.PAGE_BYTES)));

    StoreException e = failure(() -> store.list("").iterator().next());

    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e).hasMessageContaining("it has more than " + ReplyLimit.PAGE_BYTES + " bytes");
  }

  @Test
  void aPageUpToTheLimit_isRead() {
    server.reply(xml(page(ReplyLimit.PAGE_BYTES - page(0).length())));

    assertThat(store.list("").iterator().next().objects()).isEmpty();
  }

  @Test
  void aLongReplyToADeletion_isUnknown() {
    server.reply(xml("<DeleteResult>" + " ".repeat(ReplyLimit.PAGE_BYTES) + "</DeleteResult>"));

    assertThat(store.delete(Deletion.ofEach("a")).failures())
        .singleElement()
        .satisfies(f -> assertThat(f.kind()).isEqualTo(Kind.OUTCOME_UNKNOWN));
  }
}
