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
 * What is known of the attempts that the SDK made for one call. The last one is the exception
 * itself; of those before it the SDK keeps just the messages, as suppressed exceptions ("Request
 * attempt 1 failure: …"). A message that is not understood counts as "the request may have been
 * executed".
 */
final class AttemptHistory {
  private static final Pattern NEVER_SENT =
      Pattern.compile(
          "Connection refused|[Cc]onnect timed out|UnknownHost|No route to host"
              + "|Network is unreachable|PKIX path");

  /** An answer that says that nothing was done. */
  private static final Pattern REFUSED = Pattern.compile("Status Code: 4(?!08|99)\\d\\d");

  private AttemptHistory() {}

  /** Whether no attempt reached the server: nothing was written, and nothing will be. */
  static boolean neverSent(SdkException e) {
    return lastWasNeverSent(e) && earlierAttempts(e, NEVER_SENT, NEVER_SENT);
  }

  /**
   * Whether an attempt before the last may have been executed, so that the last one's refusal does
   * not tell what became of the write.
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
