package io.github.checkpointmanager.internal.s3;

import io.github.checkpointmanager.store.StoreException.Kind;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The error codes of S3 that need an answer of their own, grouped by what they mean for the caller.
 * The one table for whole requests ({@link S3ErrorTranslator}) and for single keys of a batch. The
 * codes are those of the Amazon S3 API Reference, "Error responses"
 * (docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
 */
enum S3ErrorGroup {
  /** A conditional write was refused because its condition does not hold. */
  CONDITION_FAILED(Kind.INVALID, S3ErrorGroup.LOOK_UP, "PreconditionFailed"),
  /**
   * Another operation on the same key is in progress; nothing was decided. The last code is
   * versitygw's (1.8.0, {@code backend/posix/posix.go}), for an object that is put into a level
   * whose last object is deleted meanwhile, and with it its directory.
   */
  CONTENDED(
      Kind.UNAVAILABLE,
      "Try again later",
      "ConditionalRequestConflict OperationAborted ExistingObjectIsDirectory"),
  NO_SUCH_KEY(Kind.INVALID, S3ErrorGroup.LOOK_UP, "NoSuchKey"),
  NO_SUCH_VERSION(Kind.NOT_FOUND, "List the versions of the key, and choose one", "NoSuchVersion"),
  NO_SUCH_BUCKET(
      Kind.NOT_FOUND,
      "Create the bucket, or correct the location; no command creates a bucket",
      "NoSuchBucket"),
  /** The server failed or is overloaded. A write may have been executed all the same. */
  PASSING(
      Kind.UNAVAILABLE,
      "Try again later",
      "InternalError RequestTimeout ServiceUnavailable SlowDown Throttling",
      "ThrottlingException"),
  /** Too many requests; this one was refused. Known by its status. */
  RATE_LIMITED(Kind.UNAVAILABLE, "Try again later"),
  WRONG_REGION(
      Kind.INVALID,
      "The bucket is in another region: set the option region, or AWS_REGION",
      "AuthorizationHeaderMalformed IllegalLocationConstraintException PermanentRedirect",
      "Redirect TemporaryRedirect"),
  ARCHIVED(
      Kind.UNAVAILABLE,
      "The object is archived: restore it, and exempt this prefix from archiving",
      "InvalidObjectState"),
  EXPIRED_CREDENTIALS(
      Kind.DENIED,
      "Sign in again: the credentials have expired, or their session token (AWS_SESSION_TOKEN) is"
          + " of others",
      "ExpiredToken ExpiredTokenException InvalidToken InvalidTokenId TokenRefreshRequired"),
  WRONG_CREDENTIALS(
      Kind.DENIED,
      "Check the access key, the secret key and the profile",
      "InvalidAccessKeyId SignatureDoesNotMatch"),
  WRONG_CLOCK(Kind.DENIED, "Set this machine's clock", "RequestTimeTooSkewed"),
  /** The remedy names the permission of the operation. */
  NOT_PERMITTED(
      Kind.DENIED,
      "Grant ",
      "AccessDenied AccountProblem AllAccessDisabled Forbidden InvalidSecurity NotSignedUp",
      "UnauthorizedAccess"),
  UNSUPPORTED(
      Kind.UNSUPPORTED,
      "Use a server that supports conditional writes and batch deletes; checkpoint doctor shows"
          + " what this one lacks",
      "MethodNotAllowed NotImplemented"),
  /** A malformed request; for a conditional write perhaps an unknown header. */
  BAD_REQUEST(
      Kind.INVALID,
      S3ErrorGroup.LOOK_UP,
      "InvalidArgument InvalidRequest NotSupported UnsupportedArgument"),
  DAMAGED_ON_THE_WAY(
      Kind.UNAVAILABLE,
      "The request was damaged on its way; nothing was written. Try again",
      "BadChecksum BadDigest IncompleteBody InvalidDigest XAmzContentSHA256Mismatch"),
  /** All codes that begin with {@code KMS.} */
  KEY_MANAGEMENT(
      Kind.UNAVAILABLE, "Enable the key that encrypts this bucket, or give the bucket another one"),
  OTHER(Kind.INVALID, S3ErrorGroup.LOOK_UP);

  private static final String LOOK_UP =
      "Look the code up in the S3 documentation, and correct the request or the bucket";

  static final String READ_BACK =
      "Whether it happened is unknown: read back, then send the same again";

  private static final Map<String, S3ErrorGroup> BY_CODE =
      Arrays.stream(values())
          .flatMap(
              group -> Arrays.stream(group.codes.split(" ")).map(code -> Map.entry(code, group)))
          .filter(entry -> !entry.getKey().isEmpty())
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private final Kind kind;
  private final String remedy;
  private final String codes;

  /** Each text holds codes, separated by spaces. */
  S3ErrorGroup(Kind kind, String remedy, String... codes) {
    this.kind = kind;
    this.remedy = remedy;
    this.codes = String.join(" ", codes);
  }

  /** Returns the group of a code; {@link #OTHER} for an unknown one and for none. */
  static S3ErrorGroup of(String code) {
    return code.startsWith("KMS.") ? KEY_MANAGEMENT : BY_CODE.getOrDefault(code, OTHER);
  }

  /** Returns whether the same request may succeed a little later. */
  boolean isPassing() {
    return this == PASSING || this == CONTENDED;
  }

  Kind kind(S3Operation operation) {
    return isPassing() && operation.writing() ? Kind.OUTCOME_UNKNOWN : kind;
  }

  String remedy(S3Operation operation) {
    if (this == NOT_PERMITTED) {
      return remedy + operation.permission();
    }
    return kind(operation) == Kind.OUTCOME_UNKNOWN ? READ_BACK : remedy;
  }
}
