package io.github.checkpointmanager.testing;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.crt.AwsCrtHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;

/** The synchronous HTTP clients of the AWS SDK, all that a caller's {@code S3Client} can have. */
public enum HttpStack {
  URL_CONNECTION,
  APACHE,
  APACHE5,
  CRT;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * A client of an endpoint, with the SDK's own retries, sooner than it would; the caller closes
   * it.
   */
  public S3Client clientOf(URI endpoint) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .forcePathStyle(true)
        .region(LocalStack.region())
        .credentialsProvider(LocalStack.credentials())
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .httpClient(httpClient())
        .overrideConfiguration(
            o -> o.apiCallAttemptTimeout(PATIENCE).retryStrategy(impatientRetries()))
        .build();
  }

  /** The SDK's own decisions, without its long pauses. */
  private static RetryStrategy impatientRetries() {
    BackoffStrategy pause = BackoffStrategy.fixedDelay(Duration.ofMillis(20));
    return AwsRetryStrategy.standardRetryStrategy().toBuilder()
        .backoffStrategy(pause)
        .throttlingBackoffStrategy(pause)
        .build();
  }

  @SuppressWarnings("deprecation") // callers still hand in Apache 4 clients
  private SdkHttpClient httpClient() {
    return switch (this) {
      case URL_CONNECTION -> UrlConnectionHttpClient.builder().socketTimeout(PATIENCE).build();
      case APACHE -> ApacheHttpClient.builder().maxConnections(100).socketTimeout(PATIENCE).build();
      case APACHE5 ->
          Apache5HttpClient.builder().maxConnections(100).socketTimeout(PATIENCE).build();
      case CRT -> AwsCrtHttpClient.builder().maxConcurrency(100).build();
    };
  }
}
