package io.github.checkpointmanager.testing;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * One request as it came to a {@link FaultProxy}. Immutable.
 *
 * @param ordinal 0 for the proxy's first request
 * @param target path and query as they were sent
 * @param headers case-insensitive; several of one name are joined by commas
 * @param body whole, without transfer encoding
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record ProxiedRequest(
    int ordinal, String method, String target, Map<String, String> headers, byte[] body) {
  /** What an S3 client calls it. */
  public enum Operation {
    GET,
    HEAD,
    PUT,
    DELETE,
    LIST,
    LIST_VERSIONS,
    DELETE_OBJECTS,
    OTHER
  }

  public Operation operation() {
    return switch (method) {
      case "PUT" -> key().isEmpty() ? Operation.OTHER : Operation.PUT;
      case "HEAD" -> Operation.HEAD;
      case "DELETE" -> Operation.DELETE;
      case "POST" -> hasQuery("delete") ? Operation.DELETE_OBJECTS : Operation.OTHER;
      case "GET" -> bucketOperation();
      default -> Operation.OTHER;
    };
  }

  private Operation bucketOperation() {
    if (!key().isEmpty()) {
      return Operation.GET;
    }
    if (hasQuery("versions")) {
      return Operation.LIST_VERSIONS;
    }
    return hasQuery("list-type") ? Operation.LIST : Operation.OTHER;
  }

  /** The decoded key of a path-style request; empty when it is about the bucket. */
  public String key() {
    String path = path();
    int slash = path.indexOf('/', 1);
    // URLDecoder reads a plus as a space, which in a path it is not.
    return slash < 0
        ? ""
        : URLDecoder.decode(path.substring(slash + 1).replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /** Whether the query has a parameter, with or without a value. */
  public boolean hasQuery(String name) {
    int query = target.indexOf('?');
    if (query < 0) {
      return false;
    }
    for (String parameter : target.substring(query + 1).split("&", -1)) {
      if (parameter.equals(name) || parameter.startsWith(name + "=")) {
        return true;
      }
    }
    return false;
  }

  /** The body without the framing in which the SDK signs what it streams. */
  public byte[] payload() {
    boolean framed = header("X-Amz-Content-Sha256").orElse("").startsWith("STREAMING-");
    return framed ? HttpWire.unframed(body) : body;
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  @Override
  public String toString() {
    String condition =
        header("If-None-Match").map(v -> " If-None-Match: " + v).orElse("")
            + header("If-Match").map(v -> " If-Match: " + v).orElse("");
    return method + " " + target + condition;
  }
}
