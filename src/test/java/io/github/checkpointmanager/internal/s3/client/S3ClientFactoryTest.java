package io.github.checkpointmanager.internal.s3.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreLocation;
import io.github.checkpointmanager.store.StoreProvider;
import io.github.checkpointmanager.store.s3.S3CheckpointStore;
import io.github.checkpointmanager.testing.CannedServer;
import io.github.checkpointmanager.testing.CannedServer.Reply;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkClientConfiguration;
import software.amazon.awssdk.core.client.config.SdkClientOption;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** How the store's own client is built, and which locations are refused before one is. */
class S3ClientFactoryTest {
  private static final URI SOMEWHERE = URI.create("http://127.0.0.1:9");

  @Test
  void timeOutsAndRetries_areExactlyThese() throws ReflectiveOperationException {
    try (S3Client client = S3ClientFactory.create(new S3Settings(null, "eu-west-1", null, null))) {
      HttpURLConnection connection = httpClient(client).open(SOMEWHERE);
      assertThat(connection.getConnectTimeout()).isEqualTo(5_000);
      assertThat(connection.getReadTimeout()).isEqualTo(20_000);
      ClientOverrideConfiguration overrides =
          client.serviceClientConfiguration().overrideConfiguration();
      assertThat(overrides.apiCallAttemptTimeout()).contains(Duration.ofSeconds(60));
      assertThat(overrides.apiCallTimeout()).contains(Duration.ofSeconds(150));
      assertThat(overrides.retryStrategy().orElseThrow().maxAttempts()).isEqualTo(4);
    }
  }

  /** The client's HTTP client; the SDK shows it to nobody, and wraps it so that it stays open. */
  private static OwnHttpClient httpClient(S3Client client) throws ReflectiveOperationException {
    var configuration = (SdkClientConfiguration) field(client, "clientConfiguration");
    Object wrapped = configuration.option(SdkClientOption.SYNC_HTTP_CLIENT);
    return (OwnHttpClient)
        (wrapped instanceof OwnHttpClient ? wrapped : field(wrapped, "delegate"));
  }

  private static Object field(Object of, String name) throws ReflectiveOperationException {
    Field field = of.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(of);
  }

  @Test
  void onACustomEndpoint_regionAndChecksumsHaveOtherDefaults() {
    try (S3Client client = S3ClientFactory.create(new S3Settings(SOMEWHERE, null, null, null))) {
      var configuration = client.serviceClientConfiguration();
      assertThat(configuration.endpointOverride()).contains(SOMEWHERE);
      assertThat(configuration.requestChecksumCalculation())
          .isEqualTo(RequestChecksumCalculation.WHEN_REQUIRED);
      assertThat(configuration.responseChecksumValidation())
          .isEqualTo(ResponseChecksumValidation.WHEN_REQUIRED);
    }
  }

  @Test
  void anEndpointOfTheEnvironment_isACustomEndpointLikeAnyOther() {
    System.setProperty("aws.endpointUrlS3", SOMEWHERE.toString());
    try (S3Client client = S3ClientFactory.create(S3Settings.DEFAULTS)) {
      var configuration = client.serviceClientConfiguration();
      assertThat(configuration.endpointOverride()).contains(SOMEWHERE);
      assertThat(configuration.requestChecksumCalculation())
          .isEqualTo(RequestChecksumCalculation.WHEN_REQUIRED);
    } finally {
      System.clearProperty("aws.endpointUrlS3");
    }
  }

  @Test
  void onAws_theDefaultsOfTheSdkHold() {
    try (S3Client client = S3ClientFactory.create(new S3Settings(null, "eu-west-1", null, null))) {
      var configuration = client.serviceClientConfiguration();
      assertThat(configuration.endpointOverride()).isEmpty();
      assertThat(configuration.region()).isEqualTo(Region.EU_WEST_1);
      assertThat(configuration.requestChecksumCalculation())
          .isNotEqualTo(RequestChecksumCalculation.WHEN_REQUIRED);
    }
  }

  @Test
  void ownClient_onACustomEndpoint_sendsPathStyleMd5AndNoCrc() {
    System.setProperty("aws.accessKeyId", "test");
    System.setProperty("aws.secretAccessKey", "test");
    try (CannedServer server = CannedServer.start();
        var store =
            S3CheckpointStore.builder()
                .bucket("canned-" + UUID.randomUUID())
                .prefix("p")
                .endpoint(server.endpoint())
                .build()) {
      server.reply(Reply.error(403, "AccessDenied", "Access Denied"));
      assertThatThrownBy(() -> store.create("a", new byte[] {1}))
          .isInstanceOf(StoreException.class);
      assertThatThrownBy(() -> store.delete(Deletion.ofEach("a")))
          .isInstanceOf(StoreException.class);

      List<CannedServer.Request> requests = server.requests();
      assertThat(requests.get(0).method()).isEqualTo("PUT");
      assertThat(requests.get(0).uri().getPath()).contains("/p/.probe-");
      CannedServer.Request delete = requests.get(requests.size() - 1);
      assertThat(delete.method()).isEqualTo("POST");
      for (CannedServer.Request request : List.of(requests.get(0), delete)) {
        assertThat(request.headers()).containsKey("Content-md5").doesNotContainKey("Expect");
      }
      // The SDK adds a CRC to DeleteObjects, which requires a checksum, even beside an MD5.
      assertThat(requests.get(0).headers().keySet())
          .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("x-amz-checksum"))
          .noneMatch(name -> name.equalsIgnoreCase("x-amz-trailer"));
    } finally {
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
    }
  }

  @Test
  void withoutCredentials_theFailureSaysWhatToSet() {
    try (CannedServer server = CannedServer.start();
        var store =
            S3CheckpointStore.builder()
                .bucket("canned")
                .endpoint(server.endpoint())
                .profile("no-such-profile")
                .build()) {
      assertThatThrownBy(() -> store.read("a"))
          .hasMessageContaining("no-such-profile")
          .hasMessageContaining("AWS_ACCESS_KEY_ID")
          .asInstanceOf(type(StoreException.class))
          .extracting(StoreException::kind)
          .isEqualTo(StoreException.Kind.DENIED);
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void theCallersClient_isNotClosed() {
    var closed = new AtomicBoolean();
    try (S3Client real = S3ClientFactory.create(new S3Settings(SOMEWHERE, null, null, null))) {
      var store =
          S3CheckpointStore.builder().client(noticingClose(real, closed)).bucket("bucket").build();
      assertThatThrownBy(() -> store.read("a")).isInstanceOf(StoreException.class);

      store.close();

      assertThat(closed).isFalse();
      assertThatThrownBy(() -> store.read("a")).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void theStoresOwnClient_isClosedWithIt() {
    var closed = new AtomicBoolean();
    ClientHandle handle =
        ClientHandle.own(
            new S3Settings(SOMEWHERE, null, null, null),
            settings -> noticingClose(S3ClientFactory.create(settings), closed));
    handle.get();
    assertThat(closed).isFalse();

    handle.close();

    assertThat(closed).isTrue();
    assertThatThrownBy(handle::get).isInstanceOf(IllegalStateException.class);
  }

  private static S3Client noticingClose(S3Client real, AtomicBoolean closed) {
    return (S3Client)
        Proxy.newProxyInstance(
            S3Client.class.getClassLoader(),
            new Class<?>[] {S3Client.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                closed.set(true);
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void aClientAndOptionsForAnother_areRefused() {
    try (S3Client mine = S3ClientFactory.create(new S3Settings(SOMEWHERE, null, null, null))) {
      var builder = S3CheckpointStore.builder().client(mine).bucket("bucket").region("eu-west-1");
      assertThatThrownBy(builder::build).isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "s3://, empty",
    "s3://ab, 3 to 63",
    "s3://Upper, lower-case",
    "s3://under_score, lower-case",
    "s3://-hyphen, begins",
    "s3://two..dots, adjacent",
    "s3://192.168.5.4, IP address",
    "s3://xn--bucket, reserved",
    "s3://bucket--ol-s3, not a bucket",
    "s3://bucket--use1-az4--x-s3/p, directory bucket",
    "s3://arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap, multi-region",
    "s3://mfzwi23gnjvgw.mrap/p, multi-region",
    "s3://bucket//p, empty segment",
    "s3://bucket/p//, empty segment",
    "s3://bucket/p/../q, '..'",
    "s3://bucket/p?endpoint=ftp://x, http://",
    "s3://bucket/p?endpoint=http://user:secret@x, a user",
    "s3://bucket/p?endpoint=http://, not a URL",
    "s3://bucket/p?endpoint=http://my_minio:9000, underscore",
    "s3://bucket/p?region=mars 9/.., host name",
    "s3://bucket/p?region=, it is empty",
    "s3://bucket/p?path-style=yes, path-style=true",
    "s3://bucket/p?colour=red, endpoint",
    "s3://bucket, whole-bucket=true",
    "s3://bucket/?whole-bucket=false, whole-bucket=true",
    "s3://bucket/p?whole-bucket=true, Leave one of them out"
  })
  void location_thatCannotBe_isRefusedBeforeAnyRequest(String location, String says) {
    assertThatThrownBy(() -> StoreProvider.openAt(StoreLocation.parse(location)))
        .hasMessageContaining(says)
        .hasMessageNotContaining("secret")
        .asInstanceOf(type(StoreException.class))
        .extracting(StoreException::kind)
        .isEqualTo(StoreException.Kind.INVALID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://bucket?whole-bucket=true",
        "s3://my.bucket-1/etl/2026-11-23",
        "s3://alias-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias/p",
        "s3://bucket/p?endpoint=http%3A%2F%2Flocalhost%3A4566&region=eu-west-1&path-style=false",
        "s3://bucket/p?profile=dev"
      })
  void location_thatCanBe_isReportedAsItWasGiven(String location) {
    try (var store = StoreProvider.openAt(StoreLocation.parse(location))) {
      assertThat(store.location()).isEqualTo(location);
    }
  }

  @Test
  void anEndpointInUpperCase_isTheSame() {
    assertThat(S3Settings.endpoint("HTTPS://Minio:9000").toString())
        .isEqualTo("https://Minio:9000");
  }

  @Test
  void aPrefixThatLeavesNoRoom_isRefused() {
    var builder = S3CheckpointStore.builder().bucket("bucket").prefix("é".repeat(500));

    assertThatThrownBy(builder::build).hasMessageContaining("1024 bytes");
  }
}
