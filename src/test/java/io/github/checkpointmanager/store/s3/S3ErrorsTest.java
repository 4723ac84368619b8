package io.github.checkpointmanager.store.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.checkpointmanager.internal.s3.S3Bucket.ServerCapabilities;
import io.github.checkpointmanager.internal.time.Backoff;
import io.github.checkpointmanager.store.CheckpointStore.StoredVersion;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.Listing;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import io.github.checkpointmanager.testing.CannedServer;
import io.github.checkpointmanager.testing.CannedServer.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * What each answer means. The answers' codes, statuses and bodies follow the Amazon S3 API
 * Reference, "Error responses" (docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html), and
 * for conditional writes the User Guide's "conditional-writes".
 */
class S3ErrorsTest {
  private static final Version SEEN = new Version("\"9b2cf535f27731c974343645a3985328\"");
  private static final String ENCODED = "<EncodingType>url</EncodingType>";
  private static final Reply OBJECT =
      Reply.of(
          200,
          Map.of(
              "Content-Type", "binary/octet-stream",
              "ETag", SEEN.value(),
              "Last-Modified", "Mon, 23 Nov 2026 10:00:00 GMT"),
          "COMPLETED\n");

  private final CannedServer server = CannedServer.start();
  private final String bucket = "canned-" + UUID.randomUUID();
  private final S3Client client = client(server.endpoint(), 2);
  private final S3CheckpointStore store = store(client);

  /** Retries without pauses: what is retried is the SDK's business, and its pauses are not ours. */
  private static S3Client client(URI endpoint, int attempts) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .forcePathStyle(true)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(30)))
        .overrideConfiguration(
            overrides ->
                overrides.retryStrategy(
                    AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .maxAttempts(attempts)
                        .backoffStrategy(attempt -> Duration.ZERO)
                        .throttlingBackoffStrategy(attempt -> Duration.ZERO)
                        .build()))
        .build();
  }

  private S3CheckpointStore store(S3Client used) {
    URI endpoint = used.serviceClientConfiguration().endpointOverride().orElseThrow();
    // These servers cannot pass the probe, which has tests of its own.
    ServerCapabilities.of(endpoint, bucket).ensureConditionsHold(() -> {});
    return S3CheckpointStore.builder().client(used).bucket(bucket).prefix("p").build();
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

  private StoreException readFailure(Reply... replies) {
    server.reply(replies);
    StoreException read = failure(() -> store.read("a.checkpoint"));
    server.reply(replies);
    StoreException head = failure(() -> store.readHead("a.checkpoint"));
    assertThat(head.kind()).isEqualTo(read.kind());
    return read;
  }

  private StoreException writeFailure(Reply... replies) {
    server.reply(replies);
    StoreException create = failure(() -> store.create("a.checkpoint", bytes("x")));
    server.reply(replies);
    StoreException replace = failure(() -> store.replace("a.checkpoint", bytes("x"), SEEN));
    assertThat(replace.kind()).isEqualTo(create.kind());
    return create;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  // ---- lists

  /** As MinIO does; its other replies leave the milliseconds out. */
  @Test
  void lists_withMilliseconds_tellWholeSecondsLikeReads() {
    server.reply(
        Reply.of(
            200,
            Map.of("Content-Type", "application/xml"),
            """
            <ListBucketResult>
              <Name>%s</Name><Prefix>p/</Prefix><Delimiter>/</Delimiter>
              <KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>
              <Contents>
                <Key>p/a.claim</Key><Size>1</Size>
                <LastModified>2026-11-23T10:00:00.894Z</LastModified>
              </Contents>
            </ListBucketResult>
            """
                .formatted(bucket)));
    assertThat(store.list("").iterator().next().objects())
        .extracting(Listing.Entry::lastModified)
        .containsExactly(Instant.parse("2026-11-23T10:00:00Z"));

    server.reply(
        Reply.of(
            200,
            Map.of("Content-Type", "application/xml"),
            "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"),
        Reply.of(
            200,
            Map.of("Content-Type", "application/xml"),
            """
            <ListVersionsResult>
              <Name>%s</Name><Prefix>p/a.claim</Prefix><IsTruncated>false</IsTruncated>
              <Version>
                <Key>p/a.claim</Key><VersionId>2</VersionId><IsLatest>true</IsLatest><Size>1</Size>
                <LastModified>2026-11-23T10:00:00.894Z</LastModified>
              </Version>
            </ListVersionsResult>
            """
                .formatted(bucket)));
    assertThat(store.versions("a.claim"))
        .extracting(StoredVersion::lastModified)
        .containsExactly(Instant.parse("2026-11-23T10:00:00Z"));
  }

  // ---- reads: absent means absent

  @Test
  void read_ofNoSuchKey_isAbsent() {
    server.reply(Reply.error(404, "NoSuchKey", "The specified key does not exist."));

    assertThat(store.read("a.checkpoint")).isEmpty();
    assertThat(store.readHead("a.checkpoint")).isEmpty();
  }

  @Test
  void read_ofNoSuchBucket_isAnErrorThatNamesTheBucket() {
    StoreException e =
        readFailure(Reply.error(404, "NoSuchBucket", "The specified bucket does not exist"));

    assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND);
    assertThat(e).hasMessageContaining(bucket).hasMessageContaining("Create the bucket");
  }

  @ParameterizedTest
  @CsvSource({"404", "200", "403", "302", "500", "503"})
  void read_ofForeignHtml_isNeitherAbsentNorPresent(int status) {
    assertThat(readFailure(Reply.html(status)).kind()).isIn(Kind.UNAVAILABLE, Kind.INVALID);
  }

  @Test
  void read_ofABare404_isNotAbsent() {
    assertThat(readFailure(Reply.of(404, Map.of(), "")).kind()).isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void read_ofHtmlWithETagAndLastModified_isAnError() {
    Reply page = OBJECT.with("Content-Type", "text/html");

    assertThat(readFailure(page)).hasMessageContaining("it is HTML");
  }

  @Test
  void read_withoutETag_isAnError() {
    StoreException e = readFailure(OBJECT.without("ETag"));

    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e).hasMessageContaining("it has no ETag");
  }

  @Test
  void read_withoutLastModified_isAnError() {
    StoreException e = readFailure(OBJECT.without("Last-Modified"));

    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e).hasMessageContaining("it has no Last-Modified");
  }

  @Test
  void read_ofABodyShorterThanAnnounced_isAnError() {
    StoreException e = readFailure(OBJECT.cutOff());

    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e).hasMessageContaining("ended after 10 of 1010 bytes");
  }

  @Test
  void read_ofABodyThatIsCutOffOnce_isTriedAgain() {
    server.reply(OBJECT.cutOff(), OBJECT);

    assertThat(store.read("a.checkpoint").orElseThrow().content()).isEqualTo(bytes("COMPLETED\n"));
  }

  @Test
  void readHead_ofAPartShorterThanItsRange_isAnError() {
    server.reply(
        Reply.of(206, OBJECT.headers(), OBJECT.body())
            .with("Content-Range", "bytes 0-65535/70000"));

    StoreException e = failure(() -> store.readHead("a.checkpoint"));

    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e).hasMessageContaining("Content-Range");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes 0-99999999999999999999/164",
        "bytes 0-9/99999999999999999999",
        "bytes 0-9/5",
        "bytes 0-9/-1",
        "bytes 0-\u00b2/10"
      })
  void readHead_ofAPartThatCannotBe_isAnError(String range) {
    server.reply(
        new Reply(206, OBJECT.headers(), OBJECT.body(), OBJECT.announced())
            .with("Content-Range", range));

    assertThat(failure(() -> store.readHead("a"))).hasMessageContaining("Content-Range is");
  }

  @Test
  void readHead_whenTheServerIgnoresTheRange_isTheBeginningAllTheSame() {
    server.reply(Reply.of(200, OBJECT.headers(), "x".repeat(100_000)));

    StoredObject head = store.readHead("a.checkpoint").orElseThrow();

    assertThat(head.content()).hasSize(65_536);
    assertThat(head.totalSize()).isEqualTo(100_000);
  }

  @Test
  void readHead_ofAnEmptyObject_followsA416WithAWholeRead() {
    server.reply(
        Reply.error(416, "InvalidRange", "The requested range is not satisfiable"),
        Reply.of(200, OBJECT.headers(), "").with("Content-Length", "0"));

    StoredObject head = store.readHead("a.checkpoint").orElseThrow();

    assertThat(head.totalSize()).isZero();
    assertThat(head.version()).isEqualTo(SEEN);
    assertThat(server.requests()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "500, InternalError",
    "503, SlowDown",
    "503, ServiceUnavailable",
    "400, RequestTimeout",
    "400, KMS.DisabledException",
    "403, InvalidObjectState"
  })
  void read_ofAPassingError_isUnavailable(int status, String code) {
    StoreException e = readFailure(Reply.error(status, code, "We encountered an internal error."));

    assertThat(e).hasMessageContaining(code).hasMessageContaining("4442587FB7D0A2F9");
    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
  }

  @ParameterizedTest
  @CsvSource({"gzip", "br", "aws-chunked;gzip", "deflate"})
  void anyReply_thatIsEncoded_isAnError(String coding) {
    String header = coding.replace(';', ',');
    Reply encoded = OBJECT.with("Content-Encoding", header);

    StoreException read = readFailure(encoded);
    assertThat(read.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(read).hasMessageContaining("encoded (Content-Encoding: ");
    assertThat(writeFailure(encoded).kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
    server.reply(page("", false, "a").with("Content-Encoding", header));
    assertThat(failure(() -> store.list("").iterator().next()).kind()).isEqualTo(Kind.UNAVAILABLE);
    server.reply(
        versioning("<Status>Enabled</Status>"),
        versionPage("", false, "a", "1").with("Content-Encoding", header));
    assertThat(failure(() -> store.versions("a")).kind()).isEqualTo(Kind.UNAVAILABLE);
    server.reply(versioning("").with("Content-Encoding", header));
    assertThat(failure(() -> store.keepsHistory()).kind()).isEqualTo(Kind.UNAVAILABLE);
    server.reply(deleteResult(deleted("a")).with("Content-Encoding", header));
    assertThat(store.delete(Deletion.ofEach("a")).failures())
        .extracting("kind")
        .containsExactly(Kind.OUTCOME_UNKNOWN);
  }

  @Test
  void aRefusal_thatIsEncoded_isNotBelieved() {
    Reply absent =
        Reply.error(404, "NoSuchKey", "The specified key does not exist.")
            .with("Content-Encoding", "gzip");
    Reply conflict =
        Reply.error(412, "PreconditionFailed", "It did not hold").with("Content-Encoding", "gzip");

    assertThat(readFailure(absent).kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(writeFailure(conflict).kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({"identity", "aws-chunked", "''"})
  void aCodingThatChangesNothing_isAccepted(String coding) {
    server.reply(OBJECT.with("Content-Encoding", coding));

    assertThat(store.read("a.checkpoint")).isPresent();
  }

  // ---- permissions and places

  @ParameterizedTest
  @CsvSource({
    "403, AccessDenied, s3:GetObject, s3:PutObject",
    "403, InvalidAccessKeyId, access key, access key",
    "403, SignatureDoesNotMatch, secret key, secret key",
    "400, ExpiredToken, Sign in again, Sign in again",
    "400, InvalidToken, Sign in again, Sign in again",
    "403, InvalidTokenId, Sign in again, Sign in again",
    "403, ExpiredTokenException, Sign in again, Sign in again",
    "403, KMS.AccessDeniedException, kms:Decrypt, kms:GenerateDataKey",
    "403, RequestTimeTooSkewed, clock, clock"
  })
  void denied_namesWhatIsMissing(int status, String code, String onRead, String onWrite) {
    Reply denied = Reply.error(status, code, "Denied");

    assertThat(readFailure(denied).kind()).isEqualTo(Kind.DENIED);
    assertThat(readFailure(denied).remedy()).contains(onRead);
    assertThat(writeFailure(denied).kind()).isEqualTo(Kind.DENIED);
    assertThat(writeFailure(denied).remedy()).contains(onWrite);
  }

  @Test
  void deniedRead_saysThatListBucketIsNeededForAbsentKeys() {
    assertThat(readFailure(Reply.error(403, "AccessDenied", "Access Denied")).remedy())
        .contains("s3:ListBucket");
  }

  @Test
  void deniedReplace_namesGetObjectToo() {
    server.reply(Reply.error(403, "AccessDenied", "Access Denied"));

    assertThat(failure(() -> store.replace("a.checkpoint", bytes("x"), SEEN)).remedy())
        .contains("s3:PutObject and s3:GetObject");
  }

  @Test
  void deniedClaim_namesThePermissionForTags() {
    server.reply(Reply.error(403, "AccessDenied", "Access Denied"));

    assertThat(failure(() -> store.create("a.claim", bytes("x"))).remedy())
        .contains("s3:PutObjectTagging");
    assertThat(failure(() -> store.create("a.checkpoint", bytes("x"))).remedy())
        .doesNotContain("s3:PutObjectTagging");
  }

  @Test
  void deniedListAndVersions_nameTheirPermissions() {
    server.reply(Reply.error(403, "AccessDenied", "Access Denied"));

    assertThat(failure(() -> store.list("").iterator().next()).remedy()).contains("s3:ListBucket");
    assertThat(failure(() -> store.versions("a")).remedy()).contains("s3:GetBucketVersioning");
    assertThat(failure(() -> store.deletedKeys("")).remedy()).contains("s3:ListBucketVersions");
    assertThat(failure(() -> store.readVersion("a", "v1")).remedy())
        .contains("s3:GetObjectVersion");
  }

  @Test
  void wrongRegion_namesTheRightOneFromTheHeader() {
    Reply redirect =
        Reply.error(301, "PermanentRedirect", "The bucket must be addressed elsewhere")
            .with("x-amz-bucket-region", "eu-west-1");

    assertThat(readFailure(redirect).kind()).isEqualTo(Kind.INVALID);
    assertThat(readFailure(redirect).remedy()).contains("set region=eu-west-1");
    assertThat(writeFailure(redirect).remedy()).contains("set region=eu-west-1");
  }

  @Test
  void wrongRegion_namesTheRightOneFromTheMessage() {
    Reply malformed =
        Reply.error(
            400,
            "AuthorizationHeaderMalformed",
            "The authorization header is malformed; the region 'us-east-1' is wrong; expecting"
                + " 'ap-south-1'");

    assertThat(readFailure(malformed).remedy()).contains("set region=ap-south-1");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308})
  void aRedirectOfAnotherServer_isNoAnswerOfS3_andSaysWhereItLeads(int status) {
    Reply moved = Reply.html(status).with("Location", "https://secure.example:8443/p/a?token=x");

    assertThat(readFailure(moved))
        .hasMessageContaining("is not a valid answer of S3")
        .hasMessageContaining("leads to https://secure.example:8443")
        .hasMessageContaining("is it https?")
        .hasMessageNotContaining("token")
        .hasMessageNotContaining("region");
    assertThat(writeFailure(moved).kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
  }

  @Test
  void wrongRegion_withoutAName_saysWhatToSet() {
    assertThat(readFailure(Reply.error(301, "PermanentRedirect", "elsewhere")).remedy())
        .contains("AWS_REGION");
  }

  @Test
  void failure_carriesBothRequestIds() {
    StoreException e = readFailure(Reply.error(403, "AccessDenied", "Access Denied"));

    assertThat(e.requestId()).contains("4442587FB7D0A2F9, extended-id");
  }

  // ---- writes

  @ParameterizedTest
  @CsvSource({"412", "409", "400"})
  void preconditionFailed_isAConflictWhateverItsStatus(int status) {
    server.reply(
        Reply.error(
            status, "PreconditionFailed", "At least one of the preconditions did not hold"));

    assertThat(store.create("a", bytes("x"))).isEqualTo(WriteResult.conflict());
    assertThat(store.replace("a", bytes("x"), SEEN)).isEqualTo(WriteResult.conflict());
  }

  @ParameterizedTest
  @CsvSource({"ConditionalRequestConflict", "OperationAborted", "ExistingObjectIsDirectory"})
  void competingOperations_areContended(String code) {
    server.reply(Reply.error(409, code, "A conflicting conditional operation is in progress"));

    assertThatNoException()
        .isThrownBy(
            () -> {
              assertThat(store.create("a", bytes("x"))).isEqualTo(WriteResult.contended());
              assertThat(store.replace("a", bytes("x"), SEEN)).isEqualTo(WriteResult.contended());
            });
  }

  @Test
  void replace_ofNoSuchKey_isGone() {
    server.reply(Reply.error(404, "NoSuchKey", "The specified key does not exist."));

    assertThat(store.replace("a", bytes("x"), SEEN)).isEqualTo(WriteResult.gone());
  }

  @ParameterizedTest
  @CsvSource({
    "500, InternalError",
    "503, SlowDown",
    "503, ServiceUnavailable",
    "400, RequestTimeout"
  })
  void write_withAnErrorOfTheServer_hasAnUnknownOutcome(int status, String code) {
    StoreException e = writeFailure(Reply.error(status, code, "Please reduce your request rate."));

    assertThat(e.kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
    assertThat(e).hasMessageContaining("unknown").hasMessageContaining(code);
  }

  @ParameterizedTest
  @CsvSource({"200", "404", "403", "412", "502"})
  void write_answeredWithHtml_hasAnUnknownOutcome(int status) {
    assertThat(writeFailure(Reply.html(status)).kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
  }

  @Test
  void write_answeredWithoutETag_hasAnUnknownOutcome() {
    assertThat(writeFailure(Reply.of(200, Map.of(), "")).kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
  }

  @Test
  void write_refusedAfterAnUnansweredAttempt_hasAnUnknownOutcome() {
    server.reply(
        Reply.error(500, "InternalError", "We encountered an internal error."),
        Reply.error(400, "ExpiredToken", "The provided token has expired."));

    StoreException e = failure(() -> store.create("a", bytes("x")));

    assertThat(e.kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
    assertThat(e).hasMessageContaining("earlier attempt").hasMessageContaining("Sign in again");
  }

  @Test
  void write_refusedAfterARefusedAttempt_isRefused() {
    server.reply(
        Reply.error(403, "RequestTimeTooSkewed", "The difference is too large")
            .with("Date", "Mon, 23 Nov 2026 10:00:00 GMT"),
        Reply.error(403, "AccessDenied", "Access Denied"));

    assertThat(failure(() -> store.create("a", bytes("x"))).kind()).isEqualTo(Kind.DENIED);
  }

  @ParameterizedTest
  @CsvSource({
    "501, NotImplemented, A header you provided implies functionality that is not implemented.",
    "400, InvalidArgument, Unsupported header If-Match",
    "405, MethodNotAllowed, The specified method is not allowed against this resource."
  })
  void write_whoseConditionIsNotSupported_namesTheHeader(int status, String code, String message) {
    server.reply(Reply.error(status, code, message));

    StoreException create = failure(() -> store.create("a", bytes("x")));
    StoreException replace = failure(() -> store.replace("a", bytes("x"), SEEN));

    assertThat(create.kind()).isEqualTo(Kind.UNSUPPORTED);
    assertThat(create).hasMessageContaining("If-None-Match");
    assertThat(replace.kind()).isEqualTo(Kind.UNSUPPORTED);
    assertThat(replace).hasMessageContaining("header If-Match");
  }

  /** As Cloudflare R2 and Backblaze B2 answer, and AWS where a policy denies the tag. */
  @ParameterizedTest
  @CsvSource({
    "501, NotImplemented, Header 'x-amz-tagging' with value 'a=b' not implemented",
    "501, NotImplemented, A header you provided implies functionality that is not implemented.",
    "400, InvalidArgument, Unsupported header",
    "403, AccessDenied, not authorized to perform: s3:PutObjectTagging on resource",
    "403, AccessDenied, Access Denied"
  })
  void aClaimWhoseTagIsRefused_isWrittenWithoutIt_fromThenOn(
      int status, String code, String message) {
    server.reply(Reply.error(status, code, message), OBJECT);

    assertThat(store.create("a.claim", bytes("x")).outcome())
        .isEqualTo(WriteResult.Outcome.WRITTEN);
    assertThat(store.replace("a.claim", bytes("y"), SEEN).outcome())
        .isEqualTo(WriteResult.Outcome.WRITTEN);

    assertThat(server.requests())
        .extracting(request -> request.headers().containsKey("X-amz-tagging"))
        .containsExactly(true, false, false);
    assertThat(server.requests().get(1).headers()).containsKey("If-none-match");
  }

  @Test
  void aClaimWithoutItsTag_thatGetsNoAnswer_hasAnUnknownOutcome() {
    server.reply(
        Reply.error(403, "AccessDenied", "Access Denied"),
        Reply.error(500, "InternalError", "We encountered an internal error."));

    assertThat(failure(() -> store.create("a.claim", bytes("x"))).kind())
        .isEqualTo(Kind.OUTCOME_UNKNOWN);
  }

  @Test
  void aHeaderOfAnotherKind_isNotToldAsTheCondition() {
    server.reply(Reply.error(501, "NotImplemented", "Header 'x-amz-tagging' not implemented"));

    StoreException e = failure(() -> store.create("a.claim", bytes("x")));

    assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED);
    assertThat(e)
        .hasMessageContaining("x-amz-tagging")
        .hasMessageNotContaining("If-None-Match")
        .hasMessageNotContaining("conditional writes");
  }

  @Test
  void aRefusedArgumentThatIsNoCondition_isNotUnsupported() {
    StoreException e =
        writeFailure(Reply.error(400, "InvalidArgument", "The header x-amz-acl is malformed"));

    assertThat(e.kind()).isEqualTo(Kind.INVALID);
  }

  @Test
  void replace_ofAWeakETag_isRefusedBeforeItIsSent() {
    StoreException e =
        failure(() -> store.replace("a.checkpoint", bytes("x"), new Version("W/\"abc\"")));

    assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED);
    assertThat(e).hasMessageContaining("weak").hasMessageContaining("Nothing was sent");
    assertThat(server.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "400, EntityTooLarge, INVALID",
    "400, KeyTooLongError, INVALID",
    "400, InvalidBucketName, INVALID",
    "400, BadDigest, UNAVAILABLE",
    "400, KMS.DisabledException, UNAVAILABLE",
    "404, NoSuchBucket, NOT_FOUND"
  })
  void write_refusedForAnotherReason_wasNotExecuted(int status, String code, Kind kind) {
    StoreException e = writeFailure(Reply.error(status, code, "Refused"));

    assertThat(e.kind()).isEqualTo(kind);
    assertThat(e).hasMessageContaining(code);
  }

  // ---- the network

  @Test
  void nobodyListening_meansThatNothingWasWritten() throws IOException {
    try (S3Client lonely = client(closedPort(), 3)) {
      S3CheckpointStore unreachable = store(lonely);

      assertThat(failure(() -> unreachable.create("a", bytes("x"))).kind())
          .isEqualTo(Kind.UNAVAILABLE);
      assertThat(failure(() -> unreachable.read("a"))).hasMessageContaining("cannot be reached");
    }
  }

  @Test
  void anUnknownHost_meansThatNothingWasWritten() {
    try (S3Client lost = client(URI.create("http://no-such-host.invalid:9"), 2)) {
      assertThat(failure(() -> store(lost).create("a", bytes("x"))).kind())
          .isEqualTo(Kind.UNAVAILABLE);
    }
  }

  @Test
  void aConnectionThatBreaksAfterTheRequest_leavesAWriteUnknown() throws IOException {
    try (var mute = new MuteServer();
        S3Client broken = client(mute.endpoint(), 2)) {
      S3CheckpointStore unanswered = store(broken);

      assertThat(failure(() -> unanswered.create("a", bytes("x"))).kind())
          .isEqualTo(Kind.OUTCOME_UNKNOWN);
      assertThat(failure(() -> unanswered.read("a")).kind()).isEqualTo(Kind.UNAVAILABLE);
    }
  }

  private static URI closedPort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
  }

  // ---- listings and deletions

  private static final String DELETED =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">%s</DeleteResult>
      """;

  private static Reply deleteResult(String... entries) {
    return Reply.of(
        200,
        Map.of("Content-Type", "application/xml"),
        DELETED.formatted(String.join("", entries)));
  }

  private static String deleted(String key) {
    return "<Deleted><Key>p/" + key + "</Key></Deleted>";
  }

  private static String failed(String key, String code) {
    return "<Error><Key>p/%s</Key><Code>%s</Code><Message>why</Message></Error>"
        .formatted(key, code);
  }

  @Test
  void list_ofForeignHtml_isAnError() {
    server.reply(Reply.html(200));

    assertThat(failure(() -> store.list("").iterator().next()).kind()).isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void list_ofXhtml_isAnErrorToo() {
    server.reply(
        Reply.of(
            200,
            Map.of("Content-Type", "application/xml"),
            "<html><body><p>Hotel Wi-Fi</p></body></html>"));

    assertThat(failure(() -> store.list("").iterator().next()).kind()).isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void list_ofNoSuchBucket_isAnError() {
    server.reply(Reply.error(404, "NoSuchBucket", "The specified bucket does not exist"));

    assertThat(failure(() -> store.list("").iterator().next()).kind()).isEqualTo(Kind.NOT_FOUND);
  }

  private Reply page(String token, boolean more, String... keys) {
    String contents =
        Stream.of(keys)
            .map(
                key ->
                    "<Contents><Key>p/%s</Key><Size>1</Size><LastModified>2026-11-23T10:00:00Z</LastModified></Contents>"
                        .formatted(key))
            .reduce("", String::concat);
    return Reply.of(
        200,
        Map.of("Content-Type", "application/xml"),
        """
        <ListBucketResult><Name>%s</Name><Prefix>p/</Prefix><IsTruncated>%s</IsTruncated>
        <NextContinuationToken>%s</NextContinuationToken>%s</ListBucketResult>
        """
            .formatted(bucket, more, token, contents));
  }

  private Reply versionPage(String marker, boolean more, String key, String... ids) {
    String versions =
        Stream.of(ids)
            .map(
                id ->
                    "<Version><Key>p/%s</Key><VersionId>%s</VersionId><IsLatest>false</IsLatest><Size>1</Size><LastModified>2026-11-23T10:00:00Z</LastModified></Version>"
                        .formatted(key, id))
            .reduce("", String::concat);
    return Reply.of(
        200,
        Map.of("Content-Type", "application/xml"),
        """
        <ListVersionsResult><Name>%s</Name><IsTruncated>%s</IsTruncated>
        <NextKeyMarker>p/%s</NextKeyMarker><NextVersionIdMarker>%s</NextVersionIdMarker>%s
        </ListVersionsResult>
        """
            .formatted(bucket, more, key, marker, versions));
  }

  private long countOfKeys() {
    long count = 0;
    for (Listing.Page page : store.list("")) {
      count += page.objects().size();
    }
    return count;
  }

  /** A server that knows no delimiter answers with the levels below, which is an error. */
  @Test
  void list_asksForItsOwnLevelOnly() {
    server.reply(page("", false, "a"));

    assertThat(countOfKeys()).isEqualTo(1);
    assertThat(server.requests())
        .singleElement()
        .satisfies(
            request ->
                assertThat(request.uri().getQuery().split("&"))
                    .contains("delimiter=/", "prefix=p/"));
  }

  @Test
  void list_whosePagesAlternate_isAnErrorAndComesToAnEnd() {
    server.reply(
        page("A", true, "a", "b"),
        page("B", true, "c", "d"),
        page("A", true, "a", "b"),
        page("B", true, "c", "d"));

    assertThat(failure(this::countOfKeys))
        .hasMessageContaining("do not grow from page to page")
        .extracting(StoreException::kind)
        .isEqualTo(Kind.UNAVAILABLE);
  }

  @ParameterizedTest
  @CsvSource({
    "p/, a level below that is none",
    "p/q, a level below that is none",
    "p/q/r/, a level below that is none",
    "q/, a key outside of the prefix"
  })
  void list_ofALevelThatCannotBe_isAnError(String child, String why) {
    server.reply(
        with(
            page("", false, "a"),
            "<CommonPrefixes><Prefix>" + child + "</Prefix></CommonPrefixes>"));

    assertThat(failure(this::countOfKeys)).hasMessageContaining(why);
  }

  @Test
  void list_ofAKeyOfALevelBelow_isAnError() {
    server.reply(page("", false, "a", "q/b"));

    assertThat(failure(this::countOfKeys)).hasMessageContaining("a key of a level below");
  }

  @Test
  void list_ofAnotherPrefix_isNoEmptyListing() {
    Reply page = page("", false);
    server.reply(
        Reply.of(200, page.headers(), page.body().replace("<Prefix>p/", "<Prefix>other/")));

    assertThat(failure(this::countOfKeys)).hasMessageContaining("it lists another prefix");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-23T10:00:00Z, garbage",
    "<Key>p/a</Key>, <Key>p/%zz</Key>",
    "</Contents>, </Cont&ents>",
    "<Size>1</Size>, <Size>one</Size>",
    "<Size>1</Size>, <Size>11111111111111111111</Size>"
  })
  void list_thatCannotBeParsed_isNoAnswerOfS3(String whole, String broken) {
    Reply page = page("", false, "a");
    String body = page.body().replace(whole, broken);
    server.reply(Reply.of(200, page.headers(), body.replace("</ListB", ENCODED + "</ListB")));

    assertThat(failure(this::countOfKeys))
        .hasMessageContaining("is not a valid answer of S3")
        .hasMessageNotContaining("no answer came")
        .extracting(StoreException::kind)
        .isEqualTo(Kind.UNAVAILABLE);
  }

  private static Reply with(Reply page, String more) {
    return Reply.of(
        200,
        page.headers(),
        page.body().replace("</ListBucketResult>", more + "</ListBucketResult>"));
  }

  @Test
  void list_ofEmptyPagesWithoutEnd_isAnErrorAndComesToAnEnd() {
    server.reply(page("A", true), page("B", true), page("A", true));

    assertThat(failure(this::countOfKeys)).hasMessageContaining("the same continuation twice");
  }

  @Test
  void list_withAnEmptyPageInBetween_isWhole() {
    server.reply(page("A", true, "a"), page("B", true), page("C", true, "b"), page("", false, "c"));

    assertThat(countOfKeys()).isEqualTo(3);
  }

  @Test
  void versions_whosePagesAlternate_areAnErrorAndComeToAnEnd() {
    server.reply(
        versioning("<Status>Enabled</Status>"),
        versionPage("1", true, "a", "3", "2"),
        versionPage("2", true, "a", "1", "0"),
        versionPage("1", true, "a", "3", "2"));

    assertThat(failure(() -> store.versions("a")))
        .hasMessageContaining("the same continuation twice");
  }

  @Test
  void versions_ofOneKeyOverSeveralPages_areWhole() {
    server.reply(
        versioning("<Status>Enabled</Status>"),
        versionPage("1", true, "a", "3", "2"),
        versionPage("2", true, "a", "1", "0"),
        versionPage("", false, "a", "00"));

    assertThat(store.versions("a")).hasSize(5);
  }

  @Test
  void versions_thatLackAPart_areAnError() {
    Reply whole = versionPage("", false, "a", "1");
    for (String part : List.of("IsLatest", "Size", "VersionId", "LastModified")) {
      String cut = whole.body().replaceAll("<" + part + ">[^<]*</" + part + ">", "");
      server.reply(versioning("<Status>Enabled</Status>"), Reply.of(200, whole.headers(), cut));

      assertThat(failure(() -> store.versions("a"))).as(part).hasMessageContaining("lacks its");
    }
  }

  @Test
  void delete_answeredWithHtml_deletesNothingForAllWeKnow() {
    server.reply(Reply.of(200, Map.of("Content-Type", "text/html"), "<html></html>"));

    var report = store.delete(Deletion.ofEach("a", "b"));

    assertThat(report.deleted()).isZero();
    assertThat(report.failures())
        .extracting(f -> f.key() + " " + f.kind())
        .containsExactly("a OUTCOME_UNKNOWN", "b OUTCOME_UNKNOWN");
  }

  @Test
  void delete_withErrorsOfSingleKeys_sendsJustTheseAgain() {
    server.reply(
        deleteResult(deleted("a"), failed("b", "InternalError"), failed("c", "SlowDown")),
        deleteResult(deleted("b"), failed("c", "InternalError")),
        deleteResult(deleted("c")));

    var report = store.delete(Deletion.ofEach("a", "b", "c"));

    assertThat(report.deleted()).isEqualTo(3);
    assertThat(report.isComplete()).isTrue();
    assertThat(server.requests()).hasSize(3);
    assertThat(server.requests().get(2).body()).contains("p/c").doesNotContain("p/a", "p/b");
  }

  @Test
  void delete_ofAKeyThatFailsEachTime_isReportedAfterABoundedNumberOfRequests() {
    server.reply(deleteResult(deleted("a"), failed("b", "InternalError")));

    var report = store.delete(Deletion.ofEach("a", "b"));

    assertThat(report.deleted()).isEqualTo(1);
    assertThat(report.failures())
        .singleElement()
        .satisfies(
            f -> {
              assertThat(f.key()).isEqualTo("b");
              assertThat(f.kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
              assertThat(f.reason()).contains("InternalError");
            });
    assertThat(server.requests()).hasSize(Backoff.BATCH_DELETION.tries());
  }

  @Test
  void delete_ofAKeyThatIsDenied_isReportedAtOnce() {
    server.reply(deleteResult(deleted("a"), failed("b", "AccessDenied")));

    var report = store.delete(Deletion.ofEach("a", "b"));

    assertThat(report.failures())
        .extracting("key", "kind")
        .containsExactly(org.assertj.core.groups.Tuple.tuple("b", Kind.DENIED));
    assertThat(report.failures().get(0).reason()).contains("s3:DeleteObject");
    assertThat(server.requests()).hasSize(1);
  }

  /** As for whole requests; {@link #denied_namesWhatIsMissing} and its neighbours. */
  @ParameterizedTest
  @CsvSource({
    "AccessDenied, DENIED, Grant s3:DeleteObject",
    "AllAccessDisabled, DENIED, Grant s3:DeleteObject",
    "ExpiredToken, DENIED, Sign in again",
    "InvalidToken, DENIED, Sign in again",
    "TokenRefreshRequired, DENIED, Sign in again",
    "InvalidAccessKeyId, DENIED, access key",
    "SignatureDoesNotMatch, DENIED, secret key",
    "RequestTimeTooSkewed, DENIED, clock",
    "NoSuchBucket, NOT_FOUND, Create the bucket",
    "PermanentRedirect, INVALID, AWS_REGION",
    "NotImplemented, UNSUPPORTED, batch deletes",
    "InvalidObjectState, UNAVAILABLE, archived",
    "BadDigest, UNAVAILABLE, damaged on its way",
    "KMS.DisabledException, UNAVAILABLE, Enable the key",
    "InvalidArgument, INVALID, Look the code up",
    "PreconditionFailed, INVALID, Look the code up",
    "SomethingNew, INVALID, Look the code up"
  })
  void delete_ofAKeyThatIsRefused_meansWhatTheCodeMeansElsewhere(
      String code, Kind kind, String remedy) {
    server.reply(deleteResult(deleted("a"), failed("b", code)));

    var report = store.delete(Deletion.ofEach("a", "b"));

    assertThat(report.deleted()).isEqualTo(1);
    assertThat(report.failures())
        .singleElement()
        .satisfies(
            f -> {
              assertThat(f.key()).isEqualTo("b");
              assertThat(f.kind()).isEqualTo(kind);
              assertThat(f.reason()).contains(code).contains("why").contains(remedy);
            });
    assertThat(server.requests()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "InternalError",
    "OperationAborted",
    "RequestTimeout",
    "ServiceUnavailable",
    "SlowDown",
    "Throttling",
    "ThrottlingException"
  })
  void delete_ofAKeyThatFailsForAPassingReason_isSentAgain(String code) {
    server.reply(deleteResult(deleted("a"), failed("b", code)), deleteResult(deleted("b")));

    assertThat(store.delete(Deletion.ofEach("a", "b")).deleted()).isEqualTo(2);
    assertThat(server.requests()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"NoSuchKey", "NoSuchVersion"})
  void delete_ofAKeyThatIsGoneAlready_countsItAsDeleted(String code) {
    server.reply(deleteResult(deleted("a"), failed("b", code)));

    var report = store.delete(Deletion.ofEach("a", "b"));

    assertThat(report.deleted()).isEqualTo(2);
    assertThat(report.isComplete()).isTrue();
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void delete_withoutAnAnswer_isUnknownForEachKey() {
    server.reply(Reply.error(500, "InternalError", "We encountered an internal error."));

    var report = store.delete(Deletion.ofEach("a", "b"));

    assertThat(report.failures())
        .extracting("kind")
        .containsExactly(Kind.OUTCOME_UNKNOWN, Kind.OUTCOME_UNKNOWN);
  }

  @Test
  void delete_inNoSuchBucket_isThrown() {
    server.reply(Reply.error(404, "NoSuchBucket", "The specified bucket does not exist"));

    assertThat(failure(() -> store.delete(Deletion.ofEach("a"))).kind()).isEqualTo(Kind.NOT_FOUND);
  }

  @Test
  void versions_withoutVersioning_sayHowToEnableIt() {
    server.reply(versioning("<Status>Suspended</Status>"));

    StoreException e = failure(() -> store.versions("a"));

    assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED);
    assertThat(e).hasMessageContaining("suspended").hasMessageContaining("put-bucket-versioning");
    assertThat(store.keepsHistory()).isFalse();

    server.reply(versioning(""));

    assertThat(failure(() -> store.versions("a"))).hasMessageContaining("was never enabled");
    assertThat(store.keepsHistory()).isFalse();
  }

  @Test
  void keepsHistory_ofAPageForPeople_isAnError() {
    server.reply(Reply.of(200, Map.of("Content-Type", "text/html"), "<html></html>"));

    assertThat(failure(() -> store.keepsHistory()).kind()).isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void keepsHistory_whereTheServerHasNoVersioning_isFalse() {
    server.reply(Reply.error(501, "NotImplemented", "A header you provided is not implemented."));

    assertThat(store.keepsHistory()).isFalse();
  }

  private static Reply versioning(String status) {
    return Reply.of(
        200,
        Map.of("Content-Type", "application/xml"),
        "<VersioningConfiguration>" + status + "</VersioningConfiguration>");
  }

  @Test
  void readVersion_ofNoSuchVersion_isNotFound() {
    server.reply(Reply.error(404, "NoSuchVersion", "The specified version does not exist."));

    assertThat(failure(() -> store.readVersion("a", "v1")).kind()).isEqualTo(Kind.NOT_FOUND);
  }

  @Test
  void readVersion_ofADeletion_isNotFound() {
    server.reply(
        Reply.error(405, "MethodNotAllowed", "The specified method is not allowed.")
            .with("x-amz-delete-marker", "true"));

    assertThat(failure(() -> store.readVersion("a", "v1")).kind()).isEqualTo(Kind.NOT_FOUND);
  }

  // ---- time

  @Test
  void storeTime_isTheDateOfTheReply_unlessACacheAnswered() {
    server.reply(OBJECT.with("Date", "Mon, 23 Nov 2026 10:00:07 GMT"));
    StoredObject fresh = store.read("a").orElseThrow();
    server.reply(OBJECT.with("Date", "Mon, 23 Nov 2026 10:00:07 GMT").with("Age", "5"));
    StoredObject cached = store.read("a").orElseThrow();

    assertThat(fresh.storeTime()).isPresent();
    assertThat(cached.storeTime()).isEmpty();
    assertThat(List.of(fresh, cached)).extracting(StoredObject::version).containsOnly(SEEN);
  }
}
