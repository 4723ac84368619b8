package io.github.checkpointmanager.internal.s3;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpResponse;

/** Recognises replies that S3 cannot have sent as they came, by their headers. Stateless. */
final class ForeignReply {
  /**
   * The codings that change no byte: RFC 9110 names {@code identity}; {@code aws-chunked} is what
   * some servers keep of the framing of an upload.
   */
  private static final Set<String> HARMLESS = Set.of("", "identity", "aws-chunked");

  private ForeignReply() {}

  /**
   * Returns what is wrong with a reply, or null: it is HTML, which a proxy or a portal sends and S3
   * never does, or its content is encoded, which no request asks for. Nobody decodes the content,
   * so an encoded record would look damaged.
   */
  static @Nullable String complaint(SdkHttpResponse reply) {
    if (isHtml(reply)) {
      return "it is HTML";
    }
    List<String> codings = codings(reply);
    return codings.isEmpty()
        ? null
        : "its content is encoded (Content-Encoding: " + String.join(", ", codings) + ")";
  }

  /** Returns whether the content is encoded: then neither bytes nor error codes are believed. */
  static boolean isEncoded(SdkHttpResponse reply) {
    return !codings(reply).isEmpty();
  }

  /** Returns whether an ETag is weak (RFC 9110): then it identifies no exact bytes. */
  static boolean isWeak(@Nullable String eTag) {
    return eTag != null && eTag.startsWith("W/");
  }

  private static boolean isHtml(SdkHttpResponse reply) {
    String type = reply.firstMatchingHeader("Content-Type").orElse("");
    return type.toLowerCase(Locale.ROOT).startsWith("text/html");
  }

  private static List<String> codings(SdkHttpResponse reply) {
    return reply.matchingHeaders("Content-Encoding").stream()
        .flatMap(ForeignReply::names)
        .filter(coding -> !HARMLESS.contains(coding))
        .toList();
  }

  private static Stream<String> names(String header) {
    return Arrays.stream(header.split(",", -1))
        .map(coding -> coding.strip().toLowerCase(Locale.ROOT))
        .map(coding -> coding.replaceAll("[^a-z0-9*._-]", "?"));
  }
}
