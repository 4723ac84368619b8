package io.github.checkpointmanager.internal.pipeline.declaration;

import io.github.checkpointmanager.internal.digest.Sha256;
import io.github.checkpointmanager.internal.record.LogSafe;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Names and values of a fingerprint's components. A prefix separates inputs from parameters of the
 * same name. Pure.
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

  /** The recorded parameters among the components of a fingerprint, key to value. */
  public static Map<String, String> params(Map<String, String> components) {
    Map<String, String> params = new TreeMap<>();
    components.forEach(
        (name, value) -> {
          if (name.startsWith(PARAMS)) {
            params.put(name.substring(PARAMS.length()), value);
          }
        });
    return params;
  }

  /** The component as sentences name it: {@code input 'data/raw.csv'}. */
  public static String described(String component) {
    if (component.startsWith(INPUTS)) {
      return "input " + LogSafe.quoted(component.substring(INPUTS.length()));
    }
    if (component.startsWith(PARAMS)) {
      return "parameter " + LogSafe.quoted(component.substring(PARAMS.length()));
    }
    return component.equals(CODE) ? "the code version" : "component " + LogSafe.quoted(component);
  }

  public static boolean isInput(String component) {
    return component.startsWith(INPUTS);
  }

  /** The value as sentences show it: one line, and quotes for an empty value. */
  public static String shown(String value) {
    return value.isEmpty() ? "''" : LogSafe.of(value);
  }

  /** Whether a value is the text itself, and not its digest. */
  public static boolean isReadable(String value) {
    return !value.startsWith(DIGEST);
  }

  /**
   * The caller's text as it is recorded: its digest if it is long or looks like a digest, else the
   * text itself. Different texts have different values.
   */
  public static String value(String text) {
    return text.length() <= LONGEST_READABLE && isReadable(text) ? text : sha256(text);
  }

  private static String sha256(String text) {
    return DIGEST + Sha256.hex(LogSafe.of(text).getBytes(StandardCharsets.UTF_8));
  }
}
