package io.github.checkpointmanager.internal.s3;

import io.github.checkpointmanager.internal.s3.S3ErrorTranslator.Diagnosis;
import io.github.checkpointmanager.internal.s3.client.Credentials;
import io.github.checkpointmanager.internal.s3.client.ForeignText;
import io.github.checkpointmanager.internal.s3.client.NotSentException;
import io.github.checkpointmanager.store.StoreException.Kind;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Diagnoses failures of the client itself, before it connected to S3: its credentials or its
 * configuration. Nothing was sent, so no outcome is unknown. Stateless.
 */
final class ClientFailure {
  private ClientFailure() {}

  /** Returns what a failure means, if it is one of the client itself. */
  static Optional<Diagnosis> diagnose(SdkException e) {
    Optional<Diagnosis> malformed =
        Credentials.malformation(e)
            .map(
                why ->
                    new Diagnosis(
                        Kind.INVALID,
                        "the credentials cannot be used: " + why,
                        "Set them again, each on one line, as they were issued"));
    if (malformed.isPresent()) {
      return malformed;
    }
    if (Credentials.areMissing(e)) {
      return Optional.of(withoutCredentials(Credentials.reason(e)));
    }
    return e instanceof NotSentException ? Optional.of(notSent(e)) : Optional.empty();
  }

  private static Diagnosis withoutCredentials(String reason) {
    boolean mayPass = Credentials.isUnreachable(reason);
    if (!mayPass && Credentials.isMisconfigured(reason)) {
      return new Diagnosis(
          Kind.INVALID,
          "the credentials cannot be used: " + reason,
          "Correct what is named, or remove it");
    }
    return mayPass
        ? new Diagnosis(
            Kind.UNAVAILABLE,
            "the credentials could not be fetched: " + reason,
            Credentials.isUnanswered(reason)
                ? "Run the program of credential_process by hand to see what it waits for, or check"
                    + " the network to the service, then try again"
                : "Check the network of this machine, then try again")
        : new Diagnosis(
            Kind.DENIED,
            "no usable credentials were found: " + reason,
            "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, sign in, or name a profile that has"
                + " credentials");
  }

  private static Diagnosis notSent(SdkException e) {
    String why = ForeignText.oneLine(e.getMessage());
    boolean mayPass =
        Stream.iterate((Throwable) e, Objects::nonNull, Throwable::getCause)
            .anyMatch(
                t ->
                    t instanceof IOException
                        || t instanceof ApiCallTimeoutException
                        || t instanceof ApiCallAttemptTimeoutException);
    if (mayPass) {
      return new Diagnosis(
          Kind.UNAVAILABLE,
          "the request could not be made, and nothing was sent: " + why,
          "Check the network of this machine, then try again");
    }
    String variable =
        why.contains("FIPS")
            ? "AWS_USE_FIPS_ENDPOINT"
            : why.contains("ualstack") || why.contains("ualStack")
                ? "AWS_USE_DUALSTACK_ENDPOINT"
                : "the AWS variables of the environment";
    return new Diagnosis(
        Kind.INVALID,
        "the client refuses its configuration, and nothing was sent: " + why,
        "Correct " + variable + ", or the AWS configuration files");
  }
}
