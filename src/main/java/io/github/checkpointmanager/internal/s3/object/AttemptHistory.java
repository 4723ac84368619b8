package io.github.checkpointmanager.internal.s3.object;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Arrays;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/**
 * The attempts that the SDK made for one call. The last one is the exception itself; of the earlier
 * ones the SDK keeps the messages only, as suppressed exceptions ("Request attempt 1 failure: …").
 * An attempt with an unknown message counts as one that may have been executed.
 */
final class AttemptHistory {
  private static final Pattern NEVER_SENT =
      Pattern.compile(
          "Connection refused|[Cc]onnect timed out|UnknownHost|No route to host"
              + "|Network is unreachable|PKIX path");

  /** An answer after which nothing was executed. */
  private static final Pattern REFUSED = Pattern.compile("Status Code: 4(?!08|99)\\d\\d");

  private AttemptHistory() {}

  /** Returns whether no attempt reached the server: nothing was written, or will be. */
  static boolean neverSent(SdkException e) {
    return lastWasNeverSent(e) && earlierAttempts(e, NEVER_SENT, NEVER_SENT);
  }

  /**
   * Returns whether an attempt before the last may have been executed; then the outcome of the
   * write is unknown although the last attempt was refused.
   */
  static boolean earlierMayHaveLanded(SdkException e) {
    return !earlierAttempts(e, NEVER_SENT, REFUSED);
  }

  private static boolean earlierAttempts(SdkException e, Pattern harmless, Pattern orHarmless) {
    Integer attempts = e.numAttempts();
    if (attempts == null || attempts <= 1) {
      return true;
    }
    String[] earlier =
        Arrays.stream(e.getSuppressed())
            .map(Throwable::getMessage)
            .filter(message -> message != null && message.startsWith("Request attempt "))
            .toArray(String[]::new);
    return earlier.length >= attempts - 1
        && Arrays.stream(earlier)
            .allMatch(m -> harmless.matcher(m).find() || orHarmless.matcher(m).find());
  }

  private static boolean lastWasNeverSent(SdkException e) {
    if (e instanceof SdkServiceException) {
      return false;
    }
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof ConnectException
          || t instanceof UnknownHostException
          || t instanceof NoRouteToHostException
          || t instanceof CertificateException
          || (t instanceof SocketTimeoutException && isConnectTimeout((IOException) t))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isConnectTimeout(IOException e) {
    return "connect timed out".equalsIgnoreCase(e.getMessage());
  }
}
