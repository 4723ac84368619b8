package io.github.checkpointmanager.internal.s3.client;

import io.github.checkpointmanager.store.StoreException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/**
 * Builds S3 clients. All time-outs and retries are set here:
 *
 * <ul>
 *   <li>{@link #CONNECT_TIMEOUT}: a host that does not accept within it is unreachable;
 *   <li>{@link #SOCKET_TIMEOUT}: S3 answers small objects in well under a second, and a conditional
 *       PUT waits for a competing one at most this long;
 *   <li>{@link #ATTEMPT_TIMEOUT}: 5 MiB, the largest payload by default, at 1 Mbit/s;
 *   <li>{@link #ATTEMPTS}, with the SDK's "standard" strategy (jittered exponential back-off and a
 *       retry quota): one more than its default, because a checkpoint is the result of long work;
 *   <li>{@link #CALL_TIMEOUT}: the limit of all attempts and pauses of one call.
 * </ul>
 *
 * <p>On a custom endpoint: path style and the region {@code us-east-1} unless set, checksums only
 * when required, no chunked uploads, and Content-MD5 where a checksum is required (DeleteObjects),
 * because SDKs from 2.30 on send CRC checksums that some servers refuse. PUTs get their Content-MD5
 * from {@code ObjectWriter}. On AWS the SDK's defaults apply.
 */
public final class S3ClientFactory {
  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(20);
  static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(60);
  static final Duration CALL_TIMEOUT = Duration.ofSeconds(150);
  static final int ATTEMPTS = 4;

  private S3ClientFactory() {}

  /**
   * Builds a client. Makes no request; the SDK reads its configuration.
   *
   * @throws StoreException {@code INVALID} when the configuration is malformed: no region, a broken
   *     profile file, a variable that is no number
   */
  public static S3Client create(S3Settings settings) {
    try {
      return build(settings);
    } catch (StoreException e) {
      throw e;
    } catch (RuntimeException e) { // the SDK's parsers throw any type
      throw refused(
          "the SDK refuses its configuration: " + ForeignText.oneLine(e.getMessage()),
          "Correct the AWS variables of the environment, and the files that AWS_CONFIG_FILE and"
              + " AWS_SHARED_CREDENTIALS_FILE name (else those in ~/.aws)",
          e);
    }
  }

  private static StoreException refused(String why, String remedy, @Nullable Exception cause) {
    return new StoreException(
        StoreException.Kind.INVALID, "No S3 client can be built", why, remedy, cause);
  }

  private static S3Client build(S3Settings settings) {
    UnaryOperator<String> environment = System::getenv;
    SdkVariables.requireWellFormed(environment);
    Optional<Profile> profile = ProfileSettings.profile(settings);
    profile.ifPresent(found -> SdkVariables.requireWellFormed(environment, found));
    if (settings.region() == null) {
      SdkVariables.requireRegion(environment);
    }
    URI endpoint = endpoint(settings);
    if (endpoint != null) {
      SdkVariables.requireNoOtherEndpoint(environment);
      profile.ifPresent(found -> SdkVariables.requireNoOtherEndpoint(environment, found));
    }
    // Refuses a malformed proxy before anything is sent.
    var proxies = ProxyVariables.ofThisProcess();
    URI asked = endpoint == null ? awsEndpoint("us-east-1") : endpoint;
    proxies.of(asked);
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClient(httpClient(proxies, asked.getScheme().equals("https")))
            .credentialsProvider(Credentials.ofEnvironmentOr(settings.profile()))
            .overrideConfiguration(overrides(settings.profile()))
            .serviceConfiguration(protocol(endpoint != null));
    if (endpoint != null) {
      builder
          .endpointOverride(endpoint)
          .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
          .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
          .addPlugin(LegacyMd5Plugin.create());
    }
    builder.forcePathStyle(
        settings.pathStyle() == null ? endpoint != null : settings.pathStyle().booleanValue());
    if (settings.region() != null) {
      return builder.region(Region.of(settings.region())).build();
    }
    S3Client client = buildWithRegionFromChain(builder, endpoint);
    try {
      S3Settings.requireRegion(client.serviceClientConfiguration().region().id());
      return client;
    } catch (StoreException e) {
      client.close();
      throw e;
    }
  }

  /** An endpoint of AWS, whose scheme and domain decide about proxies. */
  static URI awsEndpoint(String region) {
    return URI.create("https://s3." + region + ".amazonaws.com");
  }

  private static OwnHttpClient httpClient(ProxyVariables proxies, boolean secure) {
    // Read now, so that a bad AWS_CA_BUNDLE is refused; http needs neither it nor the time it
    // takes.
    SSLSocketFactory tls =
        secure
            ? TrustedAuthorities.ofThisProcess().sockets()
            : HttpsURLConnection.getDefaultSSLSocketFactory();
    return new OwnHttpClient(CONNECT_TIMEOUT, SOCKET_TIMEOUT, proxies, () -> tls);
  }

  private static S3Configuration protocol(boolean customEndpoint) {
    return S3Configuration.builder()
        // HttpURLConnection would wait 5 s for a server that does not know 100-continue.
        .expectContinueEnabled(false)
        // Some servers store the framing of chunk-signed uploads as content.
        .chunkedEncodingEnabled(!customEndpoint)
        .build();
  }

  private static S3Client buildWithRegionFromChain(
      S3ClientBuilder builder, @Nullable URI endpoint) {
    try {
      return builder.build();
    } catch (SdkClientException e) {
      if (!String.valueOf(e.getMessage()).contains("Unable to load region")) {
        throw e;
      }
      if (endpoint != null) {
        return builder.region(Region.US_EAST_1).build();
      }
      throw refused(
          "no region is known: neither the location, nor the environment, nor a profile names one",
          "Set AWS_REGION, a region in the profile, or the option region of the location",
          e);
    }
  }

  private static ClientOverrideConfiguration overrides(@Nullable String profile) {
    var overrides =
        ClientOverrideConfiguration.builder()
            .retryStrategy(
                AwsRetryStrategy.standardRetryStrategy().toBuilder().maxAttempts(ATTEMPTS).build())
            .apiCallAttemptTimeout(ATTEMPT_TIMEOUT)
            .apiCallTimeout(CALL_TIMEOUT);
    if (profile != null) {
      overrides.defaultProfileName(profile);
    }
    return overrides.build();
  }

  /**
   * Returns the endpoint that is set, or that the SDK finds in its own chain (AWS_ENDPOINT_URL_S3,
   * AWS_ENDPOINT_URL, the profile). The other defaults of a custom endpoint apply to both.
   */
  static @Nullable URI endpoint(S3Settings settings) {
    if (settings.endpoint() != null) {
      return settings.endpoint();
    }
    String source = ProfileSettings.sourceOfEndpoint(settings);
    try (S3Client scout =
        S3Client.builder()
            .region(Region.US_EAST_1)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .httpClient(new Unused())
            .overrideConfiguration(overrides(settings.profile()))
            .build()) {
      URI found = scout.serviceClientConfiguration().endpointOverride().orElse(null);
      return found == null ? null : S3Settings.requireEndpoint(found);
    } catch (StoreException e) {
      throw new StoreException(e.kind(), e.what() + " (" + source + ")", e.why(), e.remedy(), e);
    } catch (RuntimeException e) {
      if (!isOfAUrl(e)) {
        throw e;
      }
      // Without the cause, which quotes the URL: it may have a password.
      throw refused(
          "the endpoint of "
              + source
              + " is not a URL, or its host has an underscore, which host names do not have",
          S3Settings.ENDPOINT_REMEDY,
          null);
    }
  }

  /** What is no URL at all, or one that the SDK cannot take apart. */
  private static boolean isOfAUrl(RuntimeException e) {
    return e instanceof IllegalArgumentException
        || e instanceof NullPointerException
        || Stream.iterate((Throwable) e, Objects::nonNull, Throwable::getCause)
            .anyMatch(URISyntaxException.class::isInstance);
  }

  /** The client that only looks for the endpoint sends nothing. */
  private static final class Unused implements SdkHttpClient {
    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      throw new UnsupportedOperationException("this client sends nothing");
    }

    @Override
    public void close() {}
  }
}
