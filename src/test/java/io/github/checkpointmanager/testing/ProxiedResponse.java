package io.github.checkpointmanager.testing;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A whole reply on its way through a {@link FaultProxy}. Immutable.
 *
 * @param headers case-insensitive
 * @param body whole, without transfer encoding
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record ProxiedResponse(int status, Map<String, String> headers, byte[] body) {
  public ProxiedResponse {
    var copy = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    copy.putAll(headers);
    headers = Collections.unmodifiableMap(copy);
  }

  public static ProxiedResponse of(int status, String contentType, String body) {
    return new ProxiedResponse(
        status, Map.of("Content-Type", contentType), body.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * An error as S3 sends it; see <a
   * href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html">Error responses</a>.
   */
  public static ProxiedResponse s3Error(int status, String code, String message) {
    return of(
        status,
        "application/xml",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>%s</Code><Message>%s</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>"""
            .formatted(code, message));
  }

  public ProxiedResponse withHeader(String name, String value) {
    var changed = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    changed.putAll(headers);
    changed.put(name, value);
    return new ProxiedResponse(status, changed, body);
  }

  public ProxiedResponse withoutHeader(String name) {
    var changed = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    changed.putAll(headers);
    changed.remove(name);
    return new ProxiedResponse(status, changed, body);
  }

  public ProxiedResponse withBody(byte[] other) {
    return new ProxiedResponse(status, headers, other);
  }
}
