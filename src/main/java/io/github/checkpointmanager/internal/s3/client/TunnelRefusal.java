package io.github.checkpointmanager.internal.s3.client;

import java.net.HttpRetryException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Recognises that a proxy let nothing through: it opened no tunnel, or asked for user and password.
 * Then nothing was sent to S3. Stateless.
 */
public final class TunnelRefusal {
  /** Begins the message of our own tunnels. */
  static final String SIGN = "The proxy opened no tunnel";

  /** Begins the message of the JDK's tunnels (sun.net.www.protocol.http.HttpURLConnection). */
  private static final String SIGN_OF_JDK = "Unable to tunnel through proxy";

  private static final Pattern STATUS = Pattern.compile("HTTP(?:/1\\.[01])? ([0-9]{3})");

  private TunnelRefusal() {}

  /** Returns the message of the refusal, if a failure is one. */
  public static Optional<String> find(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .map(
            t ->
                t instanceof HttpRetryException retry && retry.responseCode() == 407
                    ? SIGN + ": HTTP 407"
                    : String.valueOf(t.getMessage()))
        .filter(message -> message.startsWith(SIGN) || message.startsWith(SIGN_OF_JDK))
        .findFirst();
  }

  /** Returns the status that the proxy answered, if the message of a refusal has it. */
  public static OptionalInt status(String message) {
    Matcher status = STATUS.matcher(message);
    return status.find() ? OptionalInt.of(Integer.parseInt(status.group(1))) : OptionalInt.empty();
  }
}
