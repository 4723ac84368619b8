package io.github.checkpointmanager.internal.s3.client;

import java.math.BigInteger;
import java.time.Duration;
import java.util.regex.Pattern;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Bounds the time for which a reply asks before the next try ({@code Retry-After} in seconds, RFC
 * 9110; {@code x-amz-retry-after} in milliseconds). The SDK waits for as long as a reply says, at
 * most until the call's time-out: an hour of one overloaded server would cost finished work.
 * Stateless.
 */
final class RetryAfter {
  /** About the longest pause of the SDK's own back-off, several times. */
  static final Duration LONGEST = Duration.ofSeconds(5);

  private static final String SECONDS = "Retry-After";
  private static final String MILLISECONDS = "x-amz-retry-after";
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,99}");

  private RetryAfter() {}

  /** Returns the reply with what it asks for, but no more than {@link #LONGEST}. */
  static HttpExecuteResponse bounded(HttpExecuteResponse response) {
    SdkHttpResponse reply = response.httpResponse();
    SdkHttpResponse bounded =
        bounded(
            bounded(reply, SECONDS, BigInteger.valueOf(LONGEST.toSeconds())),
            MILLISECONDS,
            BigInteger.valueOf(LONGEST.toMillis()));
    if (bounded == reply) {
      return response;
    }
    var result = HttpExecuteResponse.builder().response(bounded);
    response.responseBody().ifPresent(result::responseBody);
    return result.build();
  }

  /** A date, or another text, is none that the SDK knows; it ignores it. */
  private static SdkHttpResponse bounded(SdkHttpResponse reply, String header, BigInteger most) {
    String asked = reply.firstMatchingHeader(header).map(String::strip).orElse("");
    if (!NUMBER.matcher(asked).matches() || new BigInteger(asked).compareTo(most) <= 0) {
      return reply;
    }
    return reply.toBuilder().putHeader(header, most.toString()).build();
  }
}
