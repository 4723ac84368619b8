package io.github.checkpointmanager.internal.s3.client;

import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * A call that failed inside the client before anything was sent, and why. The message is safe to
 * show: it repeats no text that could quote a header's value.
 */
public final class NotSentException extends SdkClientException {
  private static final long serialVersionUID = 1L;

  /** A header's value that cannot be sent; the cause would quote it. */
  private NotSentException(String message) {
    super(SdkClientException.builder().message(message));
  }

  private NotSentException(RuntimeException cause) {
    super(SdkClientException.builder().message(cause.getMessage()).cause(cause));
  }

  static NotSentException of(RuntimeException cause) {
    return quotesAHeader(cause)
        ? new NotSentException(
            "the value of a header, perhaps the session token or a variable that the AWS SDK sends,"
                + " has a line break or another character that cannot be sent")
        : new NotSentException(cause);
  }

  /** As HttpURLConnection and others refuse a header, always before they send anything. */
  static boolean quotesAHeader(RuntimeException e) {
    return e instanceof IllegalArgumentException
        && String.valueOf(e.getMessage()).contains("message header");
  }
}
