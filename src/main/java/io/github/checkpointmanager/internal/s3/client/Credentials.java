package io.github.checkpointmanager.internal.s3.client;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;
import software.amazon.awssdk.profiles.ProfileProperty;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The credentials of a store's own client, and the failures when none are found. The SDK has no
 * exception type for that; a broken profile shows as any exception of its parser.
 */
public final class Credentials {
  private static final String ACCESS_KEY = "AWS_ACCESS_KEY_ID";
  private static final String SECRET_KEY = "AWS_SECRET_ACCESS_KEY";

  private static final List<String> CONTAINER_VARIABLES =
      List.of("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI");

  private static final List<String> FILE_VARIABLES =
      List.of("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");

  /** As the SDK repeats an exception of the file system. */
  private static final Pattern FILE_EXCEPTION =
      Pattern.compile("(?:(NoSuchFile|AccessDenied)Exception: |^Failed to read )(\\S+)");

  /** What the SDK says of a service whose answer it cannot use, without a word on the answer. */
  private static final Pattern OF_CONTAINER =
      Pattern.compile(
          "Failed to load credentials from metadata service|The requested metadata is not found|Unable to fetch credentials from"
              + " container|^Cannot (read|invoke) ");

  private static final String UNUSABLE_FILE = "they are to come from the file ";
  private static final String WITHOUT = " is set without ";

  /** As the SDK says it of a profile that has one of two keys which belong together. */
  private static final String LACKS_A_KEY = " was not configured for ";

  private static final Pattern NONE_IN_PROFILE =
      Pattern.compile("Profile file contained no credentials for profile '([^']*)'");

  private static final ProfileFileSystemSetting DEFAULT_PROFILE =
      ProfileFileSystemSetting.AWS_PROFILE;

  private static final String GAVE_NONE =
      "could not be asked, or did not answer with credentials that are valid now";

  static final String MISSING = "No credentials: ";
  private static final String OF_PROCESS = "process-based credentials";

  /** Messages of the SDK when it found none; nothing was sent then. */
  private static final List<String> SIGNS =
      List.of(
          MISSING,
          "Unable to load credentials",
          "Profile file contained no credentials",
          "does not contain credentials",
          "SSO session",
          "must be on the class path");

  private static final String MALFORMED = "Malformed credentials: ";

  /** Signs that a provider was asked over the network and did not answer, which may pass. */
  private static final Pattern UNREACHABLE =
      Pattern.compile(
          "Unable to execute HTTP request|UnknownHost|Connection refused|[Cc]onnect timed out"
              + "|Read timed out|No route to host|Network is unreachable|"
              + GAVE_NONE
              + "|"
              + BoundedCredentials.SIGN);

  /** What a program of credential_process writes to its standard error follows. */
  private static final String OUTPUT_OF_PROCESS = " with error message";

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
    return profile == null
        ? marked(
            DefaultCredentialsProvider.builder().build(),
            ProfileCredentialsProvider::create,
            BoundedCredentials.LIMIT,
            "the environment and the profile '" + DEFAULT_PROFILE.getStringValueOrThrow() + "'")
        : marked(
            ProfileCredentialsProvider.create(profile),
            () -> ProfileCredentialsProvider.create(profile),
            BoundedCredentials.LIMIT,
            "the profile '" + profile + "'");
  }

  /**
   * Returns what asks a source, and marks every failure as one of credentials.
   *
   * @param profile is asked why its program failed
   * @param limit of both together
   */
  static AwsCredentialsProvider marked(
      AwsCredentialsProvider source,
      Supplier<AwsCredentialsProvider> profile,
      Duration limit,
      String name) {
    return new Marking(
        source, new BoundedCredentials(new Explaining(source, profile), limit, name));
  }

  /** Returns what makes the credentials unusable in requests, if that is the failure. */
  public static Optional<String> malformation(SdkException e) {
    return messages(e)
        .filter(message -> message.startsWith(MALFORMED))
        .map(message -> message.substring(MALFORMED.length()))
        .findFirst();
  }

  /** Returns whether the given reason is that they did not come in time. */
  public static boolean isUnanswered(String reason) {
    return reason.contains(BoundedCredentials.SIGN);
  }

  /** Returns whether the given reason is that a service of credentials could not be reached. */
  public static boolean isUnreachable(String reason) {
    return UNREACHABLE.matcher(reason).find();
  }

  private static Stream<String> messages(RuntimeException e) {
    return Stream.iterate((Throwable) e, Objects::nonNull, Throwable::getCause)
        .map(t -> String.valueOf(t.getMessage()));
  }

  /** Returns whether the failure is that no credentials were found; nothing was sent then. */
  public static boolean areMissing(SdkException e) {
    if (e.numAttempts() != null && e.numAttempts() > 1) {
      return false;
    }
    return messages(e).anyMatch(message -> SIGNS.stream().anyMatch(message::contains));
  }

  /** Returns why none were found: the messages of the providers that are configured. */
  public static String reason(SdkException e) {
    String message = String.valueOf(e.getMessage());
    int chain = message.indexOf(END_OF_CHAIN);
    if (chain < 0) {
      String own = message.startsWith(MISSING) ? message.substring(MISSING.length()) : message;
      Matcher named = NONE_IN_PROFILE.matcher(own);
      return ForeignText.oneLine(
          (named.find() ? secretAlone(named.group(1)) : Optional.<String>empty())
              .orElse(own.split(": ProfileFile\\(", 2)[0]));
    }
    String reasons =
        Stream.concat(
                Stream.of(
                        halfOfAPair(System::getenv),
                        secretAlone(DEFAULT_PROFILE.getStringValueOrThrow()))
                    .flatMap(Optional::stream),
                PROVIDER_AND_REASON
                    .matcher(message.substring(chain + END_OF_CHAIN.length()))
                    .results()
                    .map((MatchResult found) -> found.group(1))
                    .filter(reason -> NOT_SET_UP.stream().noneMatch(reason::startsWith))
                    .map(reason -> inWords(reason, System::getenv)))
            .collect(Collectors.joining("; "));
    return reasons.isEmpty()
        ? "neither the environment, nor a profile, nor a role of this machine has any"
        : ForeignText.oneLine(reasons);
  }

  /** The SDK says of a pair that lacks a half what it says of one that is not set. */
  static Optional<String> halfOfAPair(UnaryOperator<String> environment) {
    boolean id = isSet(environment, ACCESS_KEY);
    boolean secret = isSet(environment, SECRET_KEY);
    return id == secret
        ? Optional.empty()
        : Optional.of((id ? ACCESS_KEY : SECRET_KEY) + WITHOUT + (id ? SECRET_KEY : ACCESS_KEY));
  }

  /** The SDK says of a profile that lacks the other half that it has none. */
  private static Optional<String> secretAlone(String profile) {
    try {
      return ProfileFile.defaultProfileFile()
          .profile(profile)
          .filter(keys -> keys.property(ProfileProperty.AWS_SECRET_ACCESS_KEY).isPresent())
          .filter(keys -> keys.property(ProfileProperty.AWS_ACCESS_KEY_ID).isEmpty())
          .map(
              keys ->
                  ProfileProperty.AWS_SECRET_ACCESS_KEY
                      + WITHOUT
                      + ProfileProperty.AWS_ACCESS_KEY_ID
                      + " in the profile '"
                      + profile
                      + "'");
    } catch (RuntimeException e) {
      return Optional.empty(); // files that cannot be read: the SDK has said so
    }
  }

  private static boolean isSet(UnaryOperator<String> environment, String variable) {
    String value = environment.apply(variable);
    return value != null && !value.isBlank();
  }

  /** A reason without the SDK's own words for it, which name neither variable nor file. */
  static String inWords(String reason, UnaryOperator<String> environment) {
    Matcher file = FILE_EXCEPTION.matcher(reason);
    if (file.find()) {
      String path = file.group(2).replaceFirst("\\.$", "");
      return UNUSABLE_FILE + path + fileVariable(path, environment) + ", " + why(file.group(1));
    }
    if (OF_CONTAINER.matcher(reason).find()) {
      return CONTAINER_VARIABLES.stream()
          .filter(variable -> isSet(environment, variable))
          .findFirst()
          .map(variable -> "the service of " + variable + " " + GAVE_NONE)
          .orElse(reason);
    }
    return reason;
  }

  private static String why(@Nullable String exception) {
    return "NoSuchFile".equals(exception)
        ? "which does not exist"
        : "AccessDenied".equals(exception) ? "which may not be read" : "which cannot be read";
  }

  /** Returns whether the given reason is that what is set cannot be used, whoever asks. */
  public static boolean isMisconfigured(String reason) {
    return reason.contains(UNUSABLE_FILE)
        || reason.contains(WITHOUT)
        || reason.contains(LACKS_A_KEY);
  }

  private static String fileVariable(String file, UnaryOperator<String> environment) {
    return FILE_VARIABLES.stream()
        .filter(variable -> file.equals(environment.apply(variable)))
        .findFirst()
        .map(variable -> " (" + variable + ")")
        .orElse("");
  }

  /** Why the program gave none, without a word of its output, which may be a secret. */
  private static String ofProcess(RuntimeException e) {
    return messages(e)
        .filter(message -> message.contains(OUTPUT_OF_PROCESS))
        .map(message -> message.substring(0, message.indexOf(OUTPUT_OF_PROCESS)))
        .findFirst()
        .map(ForeignText::oneLine)
        .orElse("its answer is not what it must be; run it by hand");
  }

  /**
   * Refuses credentials that no header can carry. HttpURLConnection would refuse them with a
   * message that quotes them.
   */
  private static AwsCredentials requireSendable(AwsCredentials credentials) {
    requireSendable("access key id", ACCESS_KEY, credentials.accessKeyId());
    requireSendable("secret access key", SECRET_KEY, credentials.secretAccessKey());
    if (credentials instanceof AwsSessionCredentials session) {
      requireSendable("session token", "AWS_SESSION_TOKEN", session.sessionToken());
    }
    return credentials;
  }

  private static void requireSendable(String what, String variable, @Nullable String value) {
    if (value == null || value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      return;
    }
    String set = System.getenv(variable);
    throw SdkClientException.create(
        MALFORMED
            + "the "
            + what
            + (set != null && set.strip().equals(value) ? " (" + variable + ")" : "")
            + " contains a line break, a space or another character that cannot be in it");
  }

  /** Says why a program of credential_process gave none. */
  private record Explaining(AwsCredentialsProvider source, Supplier<AwsCredentialsProvider> profile)
      implements AwsCredentialsProvider {
    @Override
    public AwsCredentials resolveCredentials() {
      try {
        return source.resolveCredentials();
      } catch (RuntimeException e) {
        if (String.valueOf(e.getMessage()).contains(OF_PROCESS)) {
          // Without the cause, which quotes what the program wrote.
          throw SdkClientException.create(
              MISSING + "credential_process failed: " + ofProcess(failureOfProfile(e)));
        }
        throw e;
      }
    }

    /** The default chain keeps messages only, and the program's is "it failed": asks it itself. */
    private RuntimeException failureOfProfile(RuntimeException e) {
      if (e.getCause() != null) {
        return e;
      }
      AwsCredentialsProvider asked = profile.get();
      try {
        asked.resolveCredentials();
        return e;
      } catch (RuntimeException own) {
        return own;
      } finally {
        close(asked);
      }
    }
  }

  /** Marks every failure as one of credentials. The SDK closes it with its client. */
  private record Marking(AwsCredentialsProvider source, BoundedCredentials bounded)
      implements AwsCredentialsProvider, SdkAutoCloseable {
    @Override
    public AwsCredentials resolveCredentials() {
      try {
        return requireSendable(bounded.resolve());
      } catch (RuntimeException e) {
        throw e instanceof SdkException
            ? e
            : SdkClientException.create(MISSING + e.getMessage(), e);
      }
    }

    @Override
    public void close() {
      Credentials.close(source);
    }
  }

  private static void close(AwsCredentialsProvider provider) {
    if (provider instanceof SdkAutoCloseable closeable) {
      closeable.close();
    }
  }
}
