package io.github.checkpointmanager.internal.s3.object;

import io.github.checkpointmanager.internal.s3.client.Credentials;
import io.github.checkpointmanager.internal.s3.client.ForeignText;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import io.github.checkpointmanager.store.WriteResult;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Says what an SDK exception means, by S3's error <em>code</em>: the same condition comes under
 * several HTTP statuses. The codes are those of the Amazon S3 API Reference, "Error responses"
 * (docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html); conditional writes are described
 * in the User Guide, "How to prevent object overwrites with conditional writes".
 *
 * <p>Whatever is not understood is an error: never "absent", never "written", and for a write
 * {@code OUTCOME_UNKNOWN} unless S3 refused the request or it was never sent.
 */
public final class S3ErrorTranslator {
  private static final Set<String> CONTENDED =
      Set.of("ConditionalRequestConflict", "OperationAborted");
  private static final Set<String> DENIED =
      Set.of(
          "AccessDenied",
          "AccountProblem",
          "AllAccessDisabled",
          "ExpiredToken",
          "Forbidden",
          "InvalidAccessKeyId",
          "InvalidSecurity",
          "InvalidToken",
          "NotSignedUp",
          "RequestTimeTooSkewed",
          "SignatureDoesNotMatch",
          "TokenRefreshRequired",
          "UnauthorizedAccess");
  private static final Set<String> UNSUPPORTED = Set.of("NotImplemented", "MethodNotAllowed");
  private static final Set<String> BAD_REQUEST =
      Set.of("InvalidArgument", "InvalidRequest", "UnsupportedArgument", "NotSupported");
  private static final Set<String> WRONG_REGION =
      Set.of(
          "AuthorizationHeaderMalformed",
          "IllegalLocationConstraintException",
          "PermanentRedirect",
          "Redirect",
          "TemporaryRedirect");
  private static final Set<String> UNDECIDED =
      Set.of(
          "InternalError",
          "RequestTimeout",
          "ServiceUnavailable",
          "SlowDown",
          "Throttling",
          "ThrottlingException");
  private static final Set<String> DAMAGED_ON_THE_WAY =
      Set.of(
          "BadDigest",
          "IncompleteBody",
          "InvalidDigest",
          "XAmzContentSHA256Mismatch",
          "BadChecksum");

  private static final Pattern EXPECTED_REGION =
      Pattern.compile("expecting ['\"]([a-z0-9-]+)['\"]");

  private S3ErrorTranslator() {}

  /** The decision of a conditional write, if this is one and no failure. */
  static Optional<WriteResult> decision(S3Operation operation, SdkException e) {
    String code = code(e);
    if (code.equals("PreconditionFailed")) {
      return Optional.of(WriteResult.conflict());
    }
    if (CONTENDED.contains(code)) {
      return Optional.of(WriteResult.contended());
    }
    if (operation == S3Operation.REPLACE && code.equals("NoSuchKey")) {
      return Optional.of(WriteResult.gone());
    }
    return Optional.empty();
  }

  /** Whether S3 itself says that there is no such key; a bare 404 of someone else is not that. */
  static boolean isNoSuchKey(SdkException e) {
    return code(e).equals("NoSuchKey") && status(e) == 404;
  }

  /**
   * The failure as the port's exception.
   *
   * @param target what the operation was about, such as {@code s3://bucket/key}
   */
  static StoreException translate(S3Operation operation, String target, SdkException e) {
    Diagnosis diagnosis = diagnose(operation, target, e);
    if (operation.writing()
        && diagnosis.kind() != Kind.OUTCOME_UNKNOWN
        && AttemptHistory.earlierMayHaveLanded(e)) {
      diagnosis =
          new Diagnosis(
              Kind.OUTCOME_UNKNOWN,
              diagnosis.why() + "; an earlier attempt of the same call was not answered",
              "Whether it happened is unknown: read back, then send the same again. And: "
                  + diagnosis.remedy());
    }
    return new StoreException(
        diagnosis.kind(),
        operation.verb() + " " + target + " failed",
        diagnosis.why(),
        diagnosis.remedy(),
        requestId(e),
        e);
  }

  /** A reply without an error that is not an answer of S3 either. */
  static StoreException foreignReply(
      S3Operation operation, String target, String why, @Nullable String requestId) {
    return new StoreException(
        operation.writing() ? Kind.OUTCOME_UNKNOWN : Kind.UNAVAILABLE,
        operation.verb() + " " + target + " failed",
        "the reply is not a valid answer of S3: " + why,
        "Look for a proxy or a login page between this machine and S3, and check the endpoint",
        requestId,
        null);
  }

  private record Diagnosis(Kind kind, String why, String remedy) {}

  private static Diagnosis diagnose(S3Operation operation, String target, SdkException e) {
    return e instanceof AwsServiceException answer
        ? diagnoseAnswer(operation, target, answer)
        : diagnoseSilence(operation, e);
  }

  private static Diagnosis diagnoseAnswer(
      S3Operation operation, String target, AwsServiceException e) {
    String code = code(e);
    int status = status(e);
    String message = e.awsErrorDetails() == null ? "" : e.awsErrorDetails().errorMessage();
    String why =
        "S3 answered "
            + status
            + (code.isEmpty() ? "" : " " + code + ", " + ForeignText.oneLine(message));
    if (WRONG_REGION.contains(code) || status == 301 || status == 307) {
      return new Diagnosis(Kind.INVALID, why, wrongRegionRemedy(e));
    }
    if ((status >= 500 && status != 501) || UNDECIDED.contains(code)) {
      return new Diagnosis(
          operation.writing() ? Kind.OUTCOME_UNKNOWN : Kind.UNAVAILABLE,
          why,
          operation.writing()
              ? "Whether it happened is unknown: read back, then send the same again"
              : "Try again later");
    }
    if (code.isEmpty()) {
      return foreign(operation, status);
    }
    if (code.equals("InvalidObjectState")) {
      return new Diagnosis(
          Kind.UNAVAILABLE,
          why,
          "The object is archived: restore it, and exempt this prefix from archiving");
    }
    if (DENIED.contains(code) || status == 401 || status == 403) {
      return new Diagnosis(Kind.DENIED, why, deniedRemedy(operation, target, code));
    }
    if (code.equals("NoSuchBucket")) {
      return new Diagnosis(
          Kind.NOT_FOUND,
          why,
          "Create the bucket, or correct the location; nothing here creates one");
    }
    // A malformed id is InvalidArgument, the id of a delete marker MethodNotAllowed.
    if (operation == S3Operation.READ_VERSION && status != 501) {
      return new Diagnosis(Kind.NOT_FOUND, why, "List the versions of the key, and choose one");
    }
    if (UNSUPPORTED.contains(code)
        || status == 501
        || (BAD_REQUEST.contains(code) && operation.conditional() && namesACondition(message))) {
      return new Diagnosis(
          Kind.UNSUPPORTED,
          why
              + (operation.conditional()
                  ? "; the server does not support the header " + operation.conditionHeader()
                  : ""),
          "Use a server that supports conditional writes; checkpoint doctor shows what this one"
              + " lacks");
    }
    if (DAMAGED_ON_THE_WAY.contains(code)) {
      return new Diagnosis(
          Kind.UNAVAILABLE,
          why,
          "The request was damaged on its way; nothing was written. Try again");
    }
    if (code.startsWith("KMS.")) {
      return new Diagnosis(
          Kind.UNAVAILABLE,
          why,
          "Enable the key that encrypts this bucket, or give the bucket another one");
    }
    return new Diagnosis(
        status == 429 ? Kind.UNAVAILABLE : Kind.INVALID,
        why,
        "Look the code up in the S3 documentation, and correct the request or the bucket");
  }

  private static Diagnosis foreign(S3Operation operation, int status) {
    return new Diagnosis(
        operation.writing() ? Kind.OUTCOME_UNKNOWN : Kind.UNAVAILABLE,
        "the reply, with status " + status + ", is not a valid answer of S3: it has no error code",
        "Look for a proxy or a login page between this machine and S3, and check the endpoint");
  }

  private static Diagnosis diagnoseSilence(S3Operation operation, SdkException e) {
    String why = ForeignText.oneLine(rootMessage(e));
    if (Credentials.areMissing(e)) {
      return new Diagnosis(
          Kind.DENIED,
          "no usable credentials were found: " + Credentials.reason(e),
          "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, sign in, or name a profile that has"
              + " credentials");
    }
    if (!operation.writing() || AttemptHistory.neverSent(e)) {
      return new Diagnosis(
          Kind.UNAVAILABLE,
          (AttemptHistory.neverSent(e) ? "S3 cannot be reached: " : "no answer came: ") + why,
          "Check endpoint, region and network, then try again");
    }
    return new Diagnosis(
        Kind.OUTCOME_UNKNOWN,
        "no answer came: " + why,
        "Whether it happened is unknown: read back, then send the same again");
  }

  private static boolean namesACondition(String message) {
    return message.contains("If-") || message.toLowerCase(Locale.ROOT).contains("header");
  }

  private static String deniedRemedy(S3Operation operation, String target, String code) {
    return switch (code) {
      case "ExpiredToken", "TokenRefreshRequired", "InvalidToken" ->
          "Sign in again: the credentials have expired";
      case "InvalidAccessKeyId", "SignatureDoesNotMatch" ->
          "Check the access key, the secret key and the profile";
      case "RequestTimeTooSkewed" -> "Set this machine's clock";
      default ->
          "Grant "
              + operation.permission()
              + (operation.conditional() && target.endsWith(".claim")
                  ? "; and s3:PutObjectTagging, because claims carry an object tag"
                  : "");
    };
  }

  private static String wrongRegionRemedy(AwsServiceException e) {
    if (e.awsErrorDetails() != null) {
      var response = e.awsErrorDetails().sdkHttpResponse();
      Optional<String> named =
          response == null ? Optional.empty() : response.firstMatchingHeader("x-amz-bucket-region");
      String message = e.awsErrorDetails().errorMessage();
      Matcher expected = EXPECTED_REGION.matcher(message == null ? "" : message);
      if (named.isEmpty() && expected.find()) {
        named = Optional.of(expected.group(1));
      }
      if (named.isPresent()) {
        return "The bucket is in another region: set region=" + named.get();
      }
    }
    return "The bucket is in another region: set the option region, or AWS_REGION";
  }

  private static String rootMessage(Throwable e) {
    Throwable t = e;
    while (t.getCause() != null) {
      t = t.getCause();
    }
    return t == e
        ? String.valueOf(e.getMessage())
        : t.getClass().getSimpleName() + ": " + t.getMessage();
  }

  /** S3's error code; empty if the reply has none. */
  public static String code(SdkException e) {
    if (e instanceof AwsServiceException answer && answer.awsErrorDetails() != null) {
      String code = answer.awsErrorDetails().errorCode();
      return code == null ? "" : code;
    }
    return "";
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
}
