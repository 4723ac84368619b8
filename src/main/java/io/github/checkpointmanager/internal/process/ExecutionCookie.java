package io.github.checkpointmanager.internal.process;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Marks all processes of one execution: 128 random bits, as 32 hexadecimal digits, in a variable of
 * the environment. Processes inherit it through {@code fork}, {@code setsid} and double forks. A
 * process loses it that is started with an environment of its own ({@code env -i}, {@code sudo}),
 * overwrites its environment (to change its title), or is started by another service (a container's
 * engine, {@code systemd-run}, {@code at}). Immutable.
 *
 * <p>The variable holds the cookies of all executions around a process, outermost first, separated
 * by colons.
 *
 * @param value 32 lower-case hexadecimal digits
 */
public record ExecutionCookie(String value) {
  public static final String VARIABLE = "CHECKPOINT_EXECUTIONS";

  private static final int BYTES = 16;
  private static final String SEPARATOR = ":";
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException the value is no cookie
   */
  public ExecutionCookie {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("no execution cookie: " + value);
    }
  }

  /** A new cookie, from a generator that is seeded by the operating system in this call. */
  public static ExecutionCookie draw() {
    var bits = new byte[BYTES];
    new SecureRandom().nextBytes(bits);
    return new ExecutionCookie(HexFormat.of().formatHex(bits));
  }

  /** The cookies in an environment, outermost first. What is no cookie is left out. */
  public static List<ExecutionCookie> inherited(Map<String, String> environment) {
    return in(environment.getOrDefault(VARIABLE, ""));
  }

  /** The cookies in a value of the variable. */
  static List<ExecutionCookie> in(String value) {
    return Stream.of(value.split(SEPARATOR, -1))
        .filter(FORM.asMatchPredicate())
        .map(ExecutionCookie::new)
        .toList();
  }

  /** Adds this cookie to the environment of a process that is to be started. */
  public void addTo(Map<String, String> environment) {
    environment.put(
        VARIABLE,
        Stream.concat(inherited(environment).stream(), Stream.of(this))
            .map(ExecutionCookie::value)
            .distinct()
            .collect(Collectors.joining(SEPARATOR)));
  }
}
