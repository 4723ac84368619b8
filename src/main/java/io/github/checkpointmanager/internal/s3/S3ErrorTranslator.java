package io.github.checkpointmanager.internal.s3;

import io.github.checkpointmanager.internal.s3.client.ForeignText;
import io.github.checkpointmanager.internal.s3.client.ReplyLimit;
import io.github.checkpointmanager.internal.s3.client.TrustedAuthorities;
import io.github.checkpointmanager.internal.s3.client.TunnelRefusal;
import io.github.checkpointmanager.store.Keys;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import io.github.checkpointmanager.store.WriteResult;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.DateTimeException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.S3Response;

/**
 * Turns the SDK's exceptions into the port's, by S3's error <em>code</em> ({@link S3ErrorGroup}):
 * the same condition comes with several HTTP statuses. Conditional writes are described in the
 * Amazon S3 User Guide, "How to prevent object overwrites with conditional writes".
 *
 * <p>A reply that is not understood is an error: never "absent", never "written", and for a write
 * {@code OUTCOME_UNKNOWN} unless S3 refused the request or it was never sent.
 */
final class S3ErrorTranslator {
  private static final String CHECK_FOR_PROXY =
      "Look for a proxy or a login page between this machine and S3, and check the endpoint";

  private static final String CHECK_NETWORK = "Check endpoint, region and network, then try again";

  private static final Pattern EXPECTED_REGION =
      Pattern.compile("expecting ['\"]([a-z0-9-]+)['\"]");

  private static final Pattern SERVER = Pattern.compile("^https?://[A-Za-z0-9._:\\[\\]-]{1,255}");

  /** What the SDK's parsers and interceptors throw for a reply that they do not understand. */
  private static final Pattern UNPARSABLE =
      Pattern.compile("[Uu]nable to (parse|unmarshall)|[Cc]ould not parse");

  private S3ErrorTranslator() {}

  /** Returns the decision of a conditional write; empty if the exception is a failure. */
  static Optional<WriteResult> decision(S3Operation operation, SdkException e) {
    return switch (S3ErrorGroup.of(code(e))) {
      case CONDITION_FAILED -> Optional.of(WriteResult.conflict());
      case CONTENDED -> Optional.of(WriteResult.contended());
      case NO_SUCH_KEY ->
          operation == S3Operation.REPLACE ? Optional.of(WriteResult.gone()) : Optional.empty();
      default -> Optional.empty();
    };
  }

  /**
   * Returns whether S3 itself says that there is no such key; a bare 404 of another server does not
   * say that.
   */
  static boolean isNoSuchKey(SdkException e) {
    return S3ErrorGroup.of(code(e)) == S3ErrorGroup.NO_SUCH_KEY && status(e) == 404;
  }

  /**
   * Returns the port's exception for an operation on {@code target}: {@code s3://bucket/key}.
   *
   * @param server where the request went, for the message
   */
  static StoreException translate(
      S3Operation operation, String target, String server, SdkException e) {
    Diagnosis diagnosis =
        e instanceof AwsServiceException answer
            ? diagnoseAnswer(operation, target, server, answer)
            : diagnoseSilence(operation, server, e);
    if (operation.writing()
        && diagnosis.kind() != Kind.OUTCOME_UNKNOWN
        && AttemptHistory.earlierMayHaveLanded(e)) {
      diagnosis =
          new Diagnosis(
              Kind.OUTCOME_UNKNOWN,
              diagnosis.why() + "; an earlier attempt of the same call was not answered",
              S3ErrorGroup.READ_BACK + ". And: " + diagnosis.remedy());
    }
    return new StoreException(
        diagnosis.kind(),
        operation.verb() + " " + target + " failed",
        diagnosis.why(),
        diagnosis.remedy(),
        requestId(e),
        e);
  }

  /** Returns whether something that is not S3 answered: it will answer the same again. */
  static boolean isForeign(StoreException e) {
    return e.remedy().startsWith(CHECK_FOR_PROXY);
  }

  /** Returns whether S3 itself answered the last attempt, so that it is not executed later. */
  static boolean isAnswered(StoreException e) {
    return e.getCause() instanceof SdkException failure && !code(failure).isEmpty();
  }

  /** Returns the failure for a successful reply that S3 cannot have sent: HTML, no ETag. */
  static StoreException foreignReply(
      S3Operation operation, String target, String why, S3Response reply) {
    String id = reply.responseMetadata() == null ? null : reply.responseMetadata().requestId();
    return new StoreException(
        noAnswer(operation),
        operation.verb() + " " + target + " failed",
        "the reply is not a valid answer of S3: " + why,
        CHECK_FOR_PROXY,
        "UNKNOWN".equals(id) ? null : id,
        null);
  }

  /** What a failure means. */
  record Diagnosis(Kind kind, String why, String remedy) {}

  private static Diagnosis diagnoseAnswer(
      S3Operation operation, String target, String server, AwsServiceException e) {
    String code = code(e);
    int status = status(e);
    if (status == 407) {
      return refusedByProxy(server, "The proxy answered HTTP 407");
    }
    String message = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorMessage();
    S3ErrorGroup group = group(operation, code, status, message);
    // Any server may redirect; S3 says which region the bucket is in.
    if ((status == 301 || status == 307) && namedRegion(e).isPresent()) {
      group = S3ErrorGroup.WRONG_REGION;
    }
    if (code.isEmpty() && group != S3ErrorGroup.WRONG_REGION && group != S3ErrorGroup.PASSING) {
      return new Diagnosis(
          noAnswer(operation),
          "the reply of "
              + server
              + ", with status "
              + status
              + ", is not a valid answer of S3: "
              + (isEncoded(e) ? "its content is encoded" : "it has no error code")
              + redirection(e).map(to -> ", and leads to " + to).orElse(""),
          (status == 400 && server.startsWith("http://"))
                  || redirection(e).filter(to -> to.startsWith("https")).isPresent()
              ? CHECK_FOR_PROXY + "; is it https?"
              : CHECK_FOR_PROXY);
    }
    String why = "S3 answered " + status;
    if (!code.isEmpty()) {
      why += " " + code + ", " + ForeignText.oneLine(message);
    }
    String remedy = group.remedy(operation);
    if (group == S3ErrorGroup.WRONG_REGION) {
      remedy = namedRegion(e).orElse(remedy);
    }
    if (group == S3ErrorGroup.NOT_PERMITTED && operation.conditional() && Keys.isClaim(target)) {
      remedy += "; and s3:PutObjectTagging, because claims carry an object tag";
    }
    if (group == S3ErrorGroup.UNSUPPORTED && operation.conditional()) {
      String lower = String.valueOf(message).toLowerCase(Locale.ROOT);
      if (lower.contains("x-amz-")) {
        remedy = "Use a server that supports it; checkpoint doctor shows what this one lacks";
      } else {
        String named = operation.conditionHeader().toLowerCase(Locale.ROOT);
        why +=
            (lower.contains(named) ? "; the server" : "; probably it")
                + " does not support the header "
                + operation.conditionHeader();
      }
    }
    return new Diagnosis(group.kind(operation), why, remedy);
  }

  /** The kind of an operation that was sent, and to which no valid answer came. */
  private static Kind noAnswer(S3Operation operation) {
    return operation.writing() ? Kind.OUTCOME_UNKNOWN : Kind.UNAVAILABLE;
  }

  /** The group of the code, unless status or operation say more. */
  private static S3ErrorGroup group(
      S3Operation operation, String code, int status, @Nullable String message) {
    S3ErrorGroup group = S3ErrorGroup.of(code);
    if (group == S3ErrorGroup.WRONG_REGION) {
      return group;
    }
    if ((status >= 500 && status != 501) || group == S3ErrorGroup.PASSING) {
      return S3ErrorGroup.PASSING;
    }
    if (group == S3ErrorGroup.ARCHIVED || group.kind(operation) == Kind.DENIED) {
      return group;
    }
    if (status == 401 || status == 403) {
      return S3ErrorGroup.NOT_PERMITTED;
    }
    if (group == S3ErrorGroup.NO_SUCH_BUCKET) {
      return group;
    }
    // A malformed id is InvalidArgument, the id of a delete marker MethodNotAllowed.
    if (operation == S3Operation.READ_VERSION && status != 501) {
      return S3ErrorGroup.NO_SUCH_VERSION;
    }
    if (status == 501
        || (group == S3ErrorGroup.BAD_REQUEST
            && operation.conditional()
            && namesACondition(message))) {
      return S3ErrorGroup.UNSUPPORTED;
    }
    boolean refused = group.kind(operation) == Kind.INVALID;
    return refused && status == 429 ? S3ErrorGroup.RATE_LIMITED : group;
  }

  private static Diagnosis diagnoseSilence(S3Operation operation, String server, SdkException e) {
    if (UninterruptedCall.isInterruption(e)) {
      return interrupted(operation);
    }
    Optional<Diagnosis> client = ClientFailure.diagnose(e);
    if (client.isPresent()) {
      return client.get();
    }
    boolean neverSent = AttemptHistory.neverSent(e);
    if (neverSent) {
      return diagnoseConnection(server, e);
    }
    if (causes(e).anyMatch(S3ErrorTranslator::isOfAParser)) {
      return new Diagnosis(
          noAnswer(operation),
          "the reply of "
              + server
              + " is not a valid answer of S3: it cannot be parsed: "
              + ForeignText.oneLine(rootMessage(e)),
          CHECK_FOR_PROXY);
    }
    String why = "no answer came from " + server + ": " + ForeignText.oneLine(rootMessage(e));
    return operation.writing()
        ? new Diagnosis(Kind.OUTCOME_UNKNOWN, why, S3ErrorGroup.READ_BACK)
        : new Diagnosis(Kind.UNAVAILABLE, why, CHECK_NETWORK);
  }

  /** The SDK wraps what its parsers throw for a reply as it wraps the loss of one. */
  private static boolean isOfAParser(Throwable t) {
    return t instanceof DateTimeException
        || t instanceof IllegalArgumentException
        || t instanceof ReplyLimit.TooLongException
        || (t instanceof SdkClientException
            && UNPARSABLE.matcher(String.valueOf(t.getMessage())).find());
  }

  private static Diagnosis interrupted(S3Operation operation) {
    return operation.writing()
        ? new Diagnosis(
            Kind.OUTCOME_UNKNOWN,
            "the thread was interrupted, which cost the reply",
            S3ErrorGroup.READ_BACK)
        : new Diagnosis(
            Kind.UNAVAILABLE, "the thread was interrupted again and again", "Try again");
  }

  /** Why no connection came about, over which anything could have been sent. */
  private static Diagnosis diagnoseConnection(String server, SdkException e) {
    Optional<String> refusal = TunnelRefusal.find(e);
    if (refusal.isPresent()) {
      return refusedByProxy(server, refusal.get());
    }
    String why = ForeignText.oneLine(rootMessage(e));
    if (causes(e).anyMatch(CertificateException.class::isInstance)) {
      return new Diagnosis(
          Kind.UNAVAILABLE,
          "the certificate of "
              + server
              + " is not trusted (the authorities are those of "
              + TrustedAuthorities.ofThisProcess().describe()
              + "): "
              + why,
          "Name the certificate of its authority in AWS_CA_BUNDLE (a PEM file), or in the property"
              + " javax.net.ssl.trustStore");
    }
    if (causes(e).anyMatch(AttemptHistory::isWithoutTls)) {
      return new Diagnosis(
          Kind.UNAVAILABLE,
          server + " does not speak TLS: " + why,
          "Is it http? Then write the endpoint as http://host:port");
    }
    return new Diagnosis(Kind.UNAVAILABLE, server + " cannot be reached: " + why, CHECK_NETWORK);
  }

  private static Diagnosis refusedByProxy(String server, String refusal) {
    int status = TunnelRefusal.status(refusal).orElse(0);
    boolean denied = status == 401 || status == 403 || status == 407;
    return new Diagnosis(
        denied ? Kind.DENIED : Kind.UNAVAILABLE,
        server + " was not reached: " + ForeignText.oneLine(refusal),
        status == 407
            ? "Give the proxy's user and password: http://user:password@host:port in HTTPS_PROXY or"
                + " HTTP_PROXY"
            : "Check the proxy and its rules, or except the endpoint by NO_PROXY");
  }

  private static Stream<Throwable> causes(Throwable e) {
    return Stream.iterate(e, Objects::nonNull, Throwable::getCause);
  }

  /** The scheme and server to which a reply redirects. */
  private static Optional<String> redirection(AwsServiceException e) {
    var response = e.awsErrorDetails() == null ? null : e.awsErrorDetails().sdkHttpResponse();
    return Optional.ofNullable(response)
        .filter(reply -> reply.statusCode() / 100 == 3)
        .flatMap(reply -> reply.firstMatchingHeader("Location"))
        .map(SERVER::matcher)
        .filter(Matcher::find)
        .map(Matcher::group);
  }

  private static boolean namesACondition(@Nullable String message) {
    return message != null && message.toLowerCase(Locale.ROOT).contains("if-");
  }

  /** The remedy that names the bucket's region, if S3 named it in a header or in its message. */
  private static Optional<String> namedRegion(AwsServiceException e) {
    if (e.awsErrorDetails() == null) {
      return Optional.empty();
    }
    var response = e.awsErrorDetails().sdkHttpResponse();
    Optional<String> named =
        response == null ? Optional.empty() : response.firstMatchingHeader("x-amz-bucket-region");
    String message = e.awsErrorDetails().errorMessage();
    Matcher expected = EXPECTED_REGION.matcher(message == null ? "" : message);
    if (named.isEmpty() && expected.find()) {
      named = Optional.of(expected.group(1));
    }
    return named.map(region -> "The bucket is in another region: set region=" + region);
  }

  private static String rootMessage(Throwable e) {
    Throwable t = e;
    while (t.getCause() != null) {
      t = t.getCause();
    }
    return t == e
        ? String.valueOf(e.getMessage())
        : t.getClass().getSimpleName() + (t.getMessage() == null ? "" : ": " + t.getMessage());
  }

  /** S3's error code; empty if the reply has none, or none that can be believed. */
  static String code(SdkException e) {
    return e instanceof AwsServiceException answer
            && answer.awsErrorDetails() != null
            && !isEncoded(answer)
        ? Objects.requireNonNullElse(answer.awsErrorDetails().errorCode(), "")
        : "";
  }

  private static boolean isEncoded(AwsServiceException answer) {
    SdkHttpResponse reply =
        answer.awsErrorDetails() == null ? null : answer.awsErrorDetails().sdkHttpResponse();
    return reply != null && ForeignReply.isEncoded(reply);
  }

  private static int status(SdkException e) {
    return e instanceof AwsServiceException answer ? answer.statusCode() : 0;
  }

  private static @Nullable String requestId(SdkException e) {
    if (!(e instanceof AwsServiceException answer) || answer.requestId() == null) {
      return null;
    }
    return answer.extendedRequestId() == null
        ? answer.requestId()
        : answer.requestId() + ", " + answer.extendedRequestId();
  }

  /**
   * The attempts that the SDK made for one call. The last one is the exception itself; of the
   * earlier ones the SDK keeps the messages only, as suppressed exceptions ("Request attempt 1
   * failure: …"). An attempt with an unknown message counts as one that may have been executed.
   */
  static final class AttemptHistory {
    /** The server answered the beginning of TLS with something else, or hung up. */
    private static final Pattern NO_TLS =
        Pattern.compile(
            "Unsupported or unrecognized SSL message|Remote host terminated the handshake");

    private static final Pattern NEVER_SENT =
        Pattern.compile(
            "Connection refused|[Cc]onnect timed out|UnknownHost|No route to host"
                + "|Network is unreachable|PKIX path|no tunnel|Unable to tunnel through proxy"
                + "|due to proxy authentication|"
                + NO_TLS.pattern());

    /** An answer after which nothing was executed. */
    private static final Pattern REFUSED = Pattern.compile("Status Code: 4(?!08|99)\\d\\d");

    private AttemptHistory() {}

    /** Returns whether no attempt reached the server: nothing was written, or will be. */
    static boolean neverSent(SdkException e) {
      return lastWasNeverSent(e) && earlierAttempts(e, NEVER_SENT);
    }

    /**
     * Returns whether an attempt before the last may have been executed; then the outcome of the
     * write is unknown although the last attempt was refused.
     */
    static boolean earlierMayHaveLanded(SdkException e) {
      return !earlierAttempts(e, NEVER_SENT, REFUSED);
    }

    private static boolean earlierAttempts(SdkException e, Pattern... harmless) {
      Integer attempts = e.numAttempts();
      if (attempts == null || attempts <= 1) {
        return true;
      }
      List<String> earlier =
          Arrays.stream(e.getSuppressed())
              .map(failure -> String.valueOf(failure.getMessage()))
              .filter(message -> message.startsWith("Request attempt "))
              .toList();
      return earlier.size() >= attempts - 1
          && earlier.stream()
              .allMatch(m -> Arrays.stream(harmless).anyMatch(p -> p.matcher(m).find()));
    }

    private static boolean lastWasNeverSent(SdkException e) {
      return !(e instanceof SdkServiceException)
          && (TunnelRefusal.find(e).isPresent()
              || causes(e).anyMatch(AttemptHistory::isBeforeSending));
    }

    static boolean isWithoutTls(Throwable t) {
      return t instanceof SSLException && NO_TLS.matcher(String.valueOf(t.getMessage())).find();
    }

    private static boolean isBeforeSending(Throwable t) {
      return t instanceof ConnectException
          || t instanceof UnknownHostException
          || t instanceof NoRouteToHostException
          || t instanceof CertificateException
          || isWithoutTls(t)
          || (t instanceof SocketTimeoutException
              && "connect timed out".equalsIgnoreCase(t.getMessage()));
    }
  }
}
