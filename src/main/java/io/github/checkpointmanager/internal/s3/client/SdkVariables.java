package io.github.checkpointmanager.internal.s3.client;

import io.github.checkpointmanager.store.StoreException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.profiles.Profile;

/**
 * The variables, and the keys of profiles, that the SDK reads and answers with exceptions of any
 * type, with stack traces, or without their name, when they are malformed. They are checked before
 * it reads them. Their Java system properties are not: whoever sets those sees the SDK's own
 * exception, translated.
 */
final class SdkVariables {
  private record Form(Pattern pattern, String words) {}

  private static final Form TRUE_OR_FALSE =
      new Form(Pattern.compile("(?i)true|false"), "true or false");
  private static final Form NUMBER = new Form(Pattern.compile("[0-9]{1,9}"), "a whole number");
  private static final Form POSITIVE =
      new Form(Pattern.compile("0*[1-9][0-9]{0,8}"), "a whole number of at least 1");

  /** Becomes part of a header. */
  private static final Form ONE_LINE = new Form(Pattern.compile("\\P{Cntrl}*"), "one line of text");

  private static final Form REQUIRED_OR_SUPPORTED =
      new Form(
          Pattern.compile("(?i)when_required|when_supported"), "when_required or when_supported");

  private static final String REGION = "AWS_REGION";
  private static final String FIPS = "AWS_USE_FIPS_ENDPOINT";
  private static final String DUAL_STACK = "AWS_USE_DUALSTACK_ENDPOINT";

  private static final Map<String, Form> FORMS = new LinkedHashMap<>();

  static {
    for (String name :
        new String[] {
          FIPS,
          DUAL_STACK,
          "AWS_S3_USE_ARN_REGION",
          "AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS",
          "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH",
          "AWS_DISABLE_REQUEST_COMPRESSION",
          "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
          "AWS_EC2_METADATA_DISABLED",
          "AWS_EC2_METADATA_V1_DISABLED"
        }) {
      FORMS.put(name, TRUE_OR_FALSE);
    }
    for (String name :
        new String[] {
          "AWS_SDK_UA_APP_ID", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME", "_X_AMZN_TRACE_ID"
        }) {
      FORMS.put(name, ONE_LINE);
    }
    FORMS.put("AWS_MAX_ATTEMPTS", POSITIVE);
    FORMS.put("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", NUMBER);
    FORMS.put(
        "AWS_METADATA_SERVICE_TIMEOUT",
        new Form(Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?"), "a number of seconds"));
    FORMS.put("AWS_REQUEST_CHECKSUM_CALCULATION", REQUIRED_OR_SUPPORTED);
    FORMS.put("AWS_RESPONSE_CHECKSUM_VALIDATION", REQUIRED_OR_SUPPORTED);
    FORMS.put(
        "AWS_RETRY_MODE",
        new Form(
            Pattern.compile("(?i)legacy|standard|adaptive(_v2)?"), "legacy, standard or adaptive"));
    FORMS.put(
        "AWS_ACCOUNT_ID_ENDPOINT_MODE",
        new Form(
            Pattern.compile("(?i)preferred|disabled|required"), "preferred, disabled or required"));
    FORMS.put(
        "AWS_DEFAULTS_MODE",
        new Form(
            Pattern.compile("(?i)legacy|standard|in-region|cross-region|mobile|auto"),
            "standard, in-region, cross-region, mobile, auto or legacy"));
  }

  private SdkVariables() {}

  /**
   * Refuses a malformed variable.
   *
   * @throws StoreException {@code INVALID}; names the variable and never its value
   */
  static void requireWellFormed(UnaryOperator<String> environment) {
    FORMS.forEach(
        (name, form) -> {
          String value = environment.apply(name);
          if (value != null && !form.pattern().matcher(value).matches()) {
            throw refused(
                "variable " + name,
                value.isEmpty()
                    ? "it is set and empty, and must be " + form.words()
                    : "its value is not " + form.words(),
                "Correct it, or unset it");
          }
        });
  }

  /**
   * Refuses a malformed key of a profile, unless the variable of the same meaning is set, which
   * goes first. Other keys are not looked at.
   *
   * @throws StoreException {@code INVALID}; names the key and the profile, and never the value
   */
  static void requireWellFormed(UnaryOperator<String> environment, Profile profile) {
    FORMS.forEach(
        (name, form) -> {
          String key = key(name);
          Optional<String> value =
              environment.apply(name) == null ? profile.property(key) : Optional.empty();
          if (value.filter(text -> !form.pattern().matcher(text).matches()).isPresent()) {
            throw refused(
                "key " + key + " of the profile '" + profile.name() + "'",
                "its value is not " + form.words(),
                "Correct it, or remove the line");
          }
        });
  }

  /**
   * Refuses a malformed region, which the SDK would encode.
   *
   * @throws StoreException {@code INVALID}; names the variable
   */
  static void requireRegion(UnaryOperator<String> environment) {
    String region = environment.apply(REGION);
    if (region != null && !region.isEmpty()) {
      S3Settings.complaintOfRegion(region)
          .ifPresent(
              why -> {
                throw refused("variable " + REGION, why, S3Settings.REGION_REMEDY);
              });
    }
  }

  /** Refuses what the SDK refuses beside a custom endpoint, at the first request only. */
  static void requireNoOtherEndpoint(UnaryOperator<String> environment) {
    for (String name : new String[] {FIPS, DUAL_STACK}) {
      if (isTrue(environment.apply(name))) {
        throw refused(
            "variable " + name,
            "it is set beside a custom endpoint, and the two cannot be combined",
            "Unset it, or leave the endpoint out");
      }
    }
  }

  /** The same for the keys of a profile, which count where the variable is not set. */
  static void requireNoOtherEndpoint(UnaryOperator<String> environment, Profile profile) {
    for (String name : new String[] {FIPS, DUAL_STACK}) {
      if (environment.apply(name) == null && isTrue(profile.property(key(name)).orElse(null))) {
        throw refused(
            "key " + key(name) + " of the profile '" + profile.name() + "'",
            "it is set beside a custom endpoint, and the two cannot be combined",
            "Remove the line, set " + name + " to false, or leave the endpoint out");
      }
    }
  }

  /** The key of a profile that means the same as a variable. */
  private static String key(String variable) {
    return variable.replaceFirst("^AWS_", "").toLowerCase(Locale.ROOT);
  }

  private static boolean isTrue(@Nullable String value) {
    return "true".equalsIgnoreCase(value);
  }

  private static StoreException refused(String what, String why, String remedy) {
    return new StoreException(
        StoreException.Kind.INVALID, "The " + what + " is refused", why, remedy);
  }
}
