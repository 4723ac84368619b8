package io.github.checkpointmanager.internal.s3.client;

import io.github.checkpointmanager.store.StoreException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The variables that the SDK reads and answers with exceptions of any type, or with stack traces,
 * when they are malformed. They are checked before it reads them. Their Java system properties are
 * not: whoever sets those sees the SDK's own exception, translated.
 */
final class SdkVariables {
  private record Form(Pattern pattern, String words) {}

  private static final Form TRUE_OR_FALSE =
      new Form(Pattern.compile("(?i)true|false"), "true or false");
  private static final Form NUMBER = new Form(Pattern.compile("[0-9]{1,9}"), "a whole number");
  private static final Form REQUIRED_OR_SUPPORTED =
      new Form(
          Pattern.compile("(?i)when_required|when_supported"), "when_required or when_supported");

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
          "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"
        }) {
      FORMS.put(name, TRUE_OR_FALSE);
    }
    FORMS.put("AWS_MAX_ATTEMPTS", NUMBER);
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
            throw refused(name, "its value is not " + form.words(), "Correct it, or unset it");
          }
        });
  }

  /** Refuses what the SDK refuses beside a custom endpoint, at the first request only. */
  static void requireNoOtherEndpoint(UnaryOperator<String> environment) {
    for (String name : new String[] {FIPS, DUAL_STACK}) {
      if (isTrue(environment.apply(name))) {
        throw refused(
            name,
            "it is set beside a custom endpoint, and the two cannot be combined",
            "Unset it, or leave the endpoint out");
      }
    }
  }

  private static boolean isTrue(@Nullable String value) {
    return "true".equalsIgnoreCase(value);
  }

  private static StoreException refused(String name, String why, String remedy) {
    return new StoreException(
        StoreException.Kind.INVALID, "The variable " + name + " is refused", why, remedy);
  }
}
