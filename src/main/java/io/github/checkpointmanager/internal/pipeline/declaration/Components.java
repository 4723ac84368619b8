package io.github.checkpointmanager.internal.pipeline.declaration;

import io.github.checkpointmanager.internal.record.LogSafe;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The names of a fingerprint's components, and how values stand in it. Pure. A prefix tells inputs
 * from parameters, so that an input that is called like a parameter is not taken for it.
 */
public final class Components {
  public static final String CODE = "code";
  private static final String INPUTS = "inputs.";
  private static final String PARAMS = "params.";
  private static final String DIGEST = "sha256:";
  private static final int LONGEST_READABLE = 200;

  private Components() {}

  public static String ofInput(String name) {
    return INPUTS + name;
  }

  public static String ofParam(String key) {
    return PARAMS + key;
  }

  /** As sentences have it: {@code input 'data/raw.csv'}. */
  public static String described(String component) {
    if (component.startsWith(INPUTS)) {
      return "input '" + LogSafe.of(component.substring(INPUTS.length())) + "'";
    }
    if (component.startsWith(PARAMS)) {
      return "parameter '" + LogSafe.of(component.substring(PARAMS.length())) + "'";
    }
    return component.equals(CODE)
        ? "the code version"
        : "component '" + LogSafe.of(component) + "'";
  }

  public static boolean isInput(String component) {
    return component.startsWith(INPUTS);
  }

  /** A value as sentences have it: on one line, and so that an empty one is seen. */
  public static String shown(String value) {
    return value.isEmpty() ? "''" : LogSafe.of(value);
  }

  /** Whether a component's values say more than a digest does. */
  public static boolean isReadable(String value) {
    return !value.startsWith(DIGEST);
  }

  /**
   * A text of the caller's as it is recorded: itself, or its digest when it is long, or when it
   * looks like one, so that no two texts are recorded alike.
   */
  public static String value(String text) {
    return text.length() <= LONGEST_READABLE && isReadable(text) ? text : sha256(text);
  }

  private static String sha256(String text) {
    try {
      return DIGEST
          + HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("SHA-256")
                      .digest(LogSafe.of(text).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
