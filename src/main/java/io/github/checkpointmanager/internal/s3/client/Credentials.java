package io.github.checkpointmanager.internal.s3.client;

import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The credentials of a store's own client, and the failures when none are found. The SDK has no
 * exception type for that; a broken profile shows as any exception of its parser.
 */
public final class Credentials {
  private static final String MISSING = "No credentials: ";

  /** Messages of the SDK when it found none; nothing was sent then. */
  private static final List<String> SIGNS =
      List.of(
          MISSING,
          "Unable to load credentials",
          "Profile file contained no credentials",
          "does not contain credentials",
          "SSO session",
          "must be on the class path");

  /** Messages of providers of the default chain that are not configured. */
  private static final List<String> NOT_SET_UP =
      List.of(
          "Unable to load credentials from system settings",
          "Either the environment variable AWS_WEB_IDENTITY_TOKEN_FILE",
          "Profile file contained no credentials",
          "Cannot fetch credentials from container - neither",
          "Failed to load credentials from IMDS",
          "IMDS credentials have been disabled");

  /** The chain lists its providers before this text, and their messages after it. */
  private static final String END_OF_CHAIN = "]) : [";

  private static final Pattern PROVIDER_AND_REASON =
      Pattern.compile(
          "\\w+CredentialsProvider\\(.*?\\): (.*?)\\.?(?=, \\w+CredentialsProvider\\(|\\]$)");

  private Credentials() {}

  /** A named profile takes precedence over variables of the environment, as in the AWS CLI. */
  static AwsCredentialsProvider ofEnvironmentOr(@Nullable String profile) {
    return new Marking(
        profile == null
            ? DefaultCredentialsProvider.builder().build()
            : ProfileCredentialsProvider.create(profile));
  }

  /** Returns whether the failure is that no credentials were found; nothing was sent then. */
  public static boolean areMissing(SdkException e) {
    if (e.numAttempts() != null && e.numAttempts() > 1) {
      return false;
    }
    return Stream.iterate((Throwable) e, Objects::nonNull, Throwable::getCause)
        .map(t -> String.valueOf(t.getMessage()))
        .anyMatch(message -> SIGNS.stream().anyMatch(message::contains));
  }

  /** Returns why none were found: the messages of the providers that are configured. */
  public static String reason(SdkException e) {
    String message = String.valueOf(e.getMessage());
    int chain = message.indexOf(END_OF_CHAIN);
    if (chain < 0) {
      String own = message.startsWith(MISSING) ? message.substring(MISSING.length()) : message;
      return ForeignText.oneLine(own.split(": ProfileFile\\(", 2)[0]);
    }
    String reasons =
        PROVIDER_AND_REASON
            .matcher(message.substring(chain + END_OF_CHAIN.length()))
            .results()
            .map((MatchResult found) -> found.group(1))
            .filter(reason -> NOT_SET_UP.stream().noneMatch(reason::startsWith))
            .collect(Collectors.joining("; "));
    return reasons.isEmpty()
        ? "neither the environment, nor a profile, nor a role of this machine has any"
        : ForeignText.oneLine(reasons);
  }

  /** Marks every failure as one of credentials. The SDK closes it with its client. */
  private record Marking(AwsCredentialsProvider source)
      implements AwsCredentialsProvider, SdkAutoCloseable {
    @Override
    public AwsCredentials resolveCredentials() {
      try {
        return source.resolveCredentials();
      } catch (SdkException e) {
        throw e;
      } catch (RuntimeException e) {
        throw SdkClientException.create(MISSING + e.getMessage(), e);
      }
    }

    @Override
    public void close() {
      if (source instanceof SdkAutoCloseable closeable) {
        closeable.close();
      }
    }
  }
}
