package io.github.checkpointmanager.testing;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Counts what an S3 client sends: calls by kind, and HTTP attempts, retries included. Install it as
 * an interceptor of a client, or take one of {@link #client()}. Thread-safe.
 */
public final class RequestLog implements ExecutionInterceptor {
  private static final Map<String, String> SHORT_NAMES =
      Map.of(
          "PutObject", "PUT",
          "GetObject", "GET",
          "ListObjectsV2", "LIST",
          "DeleteObjects", "DELETE_OBJECTS",
          "DeleteObject", "DELETE");

  private final List<String> calls = new ArrayList<>();
  private final List<SdkHttpRequest> attempts = new ArrayList<>();

  /** A client of the tests' server that writes this log; the caller closes it. */
  public S3Client client() {
    return client(LocalStack.endpoint());
  }

  /** A client of any server that writes this log; the caller closes it. */
  public S3Client client(URI endpoint) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .forcePathStyle(true)
        .region(LocalStack.region())
        // What goes over the wire is the content itself, so that simple servers understand it.
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false))
        .credentialsProvider(LocalStack.credentials())
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .overrideConfiguration(overrides -> overrides.addExecutionInterceptor(this))
        .build();
  }

  @Override
  public synchronized void beforeExecution(
      Context.BeforeExecution context, ExecutionAttributes attributes) {
    String operation = attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME);
    calls.add(SHORT_NAMES.getOrDefault(operation, operation));
  }

  @Override
  public synchronized void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    attempts.add(context.httpRequest());
  }

  /**
   * How many calls of each kind were made: {@code PUT}, {@code GET}, {@code LIST}, {@code
   * DELETE_OBJECTS}, {@code DELETE}, otherwise the S3 operation's name. A kind that was not called
   * is not in the map.
   */
  public synchronized Map<String, Integer> counts() {
    Map<String, Integer> counts = new TreeMap<>();
    calls.forEach(call -> counts.merge(call, 1, Integer::sum));
    return counts;
  }

  /** The calls in their order, by the names of {@link #counts}. */
  public synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  /** What went over the wire, retries included. */
  public synchronized List<SdkHttpRequest> attempts() {
    return List.copyOf(attempts);
  }

  /** Forgets everything. */
  public synchronized void clear() {
    calls.clear();
    attempts.clear();
  }
}
