package io.github.checkpointmanager.cli.process;

import io.github.checkpointmanager.internal.process.ExecutionCookie;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The environment of a command that this process starts, as far as it differs from this process's.
 * Immutable.
 *
 * <p>What an outer run says of its own stage is not handed on: a fencing token or an attempt that
 * belongs to another claim would be believed. The locale is the one that the caller had: the
 * launcher sets {@code LC_ALL} for the JVM, which decodes file names and arguments by it, and hands
 * on what was there before.
 *
 * @param variables of the stage
 * @param cookie what marks the processes of this execution
 */
public record ChildEnvironment(Map<String, String> variables, ExecutionCookie cookie) {
  public static final String STAGE = "CHECKPOINT_STAGE";
  public static final String ATTEMPT = "CHECKPOINT_ATTEMPT";
  public static final String TOKEN = "CHECKPOINT_TOKEN";

  /** Before the name of a parameter. */
  public static final String PARAMETER_PREFIX = "CHECKPOINT_PARAM_";

  private static final Set<String> OF_ONE_STAGE = Set.of(STAGE, ATTEMPT, TOKEN);

  /** {@code set:VALUE}, {@code unset}, or absent when the launcher was not used. */
  private static final String ORIGINAL_LC_ALL = "checkpoint.original.lc_all";

  private static final String LC_ALL = "LC_ALL";
  private static final String SET = "set:";

  /** {@code unset} when the launcher has set the variable, for its own JVM alone. */
  private static final String ORIGINAL_SR_SIGNUM = "checkpoint.original.sr_signum";

  private static final String SR_SIGNUM = "_JAVA_SR_SIGNUM";

  public ChildEnvironment {
    variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
  }

  /** Changes this process's environment, as {@link ProcessBuilder#environment} gives it. */
  public void applyTo(Map<String, String> environment) {
    if (System.getProperty(ORIGINAL_SR_SIGNUM, "").equals("unset")) {
      environment.remove(SR_SIGNUM);
    }
    String original = System.getProperty(ORIGINAL_LC_ALL, "");
    if (original.equals("unset")) {
      environment.remove(LC_ALL);
    } else if (original.startsWith(SET)) {
      environment.put(LC_ALL, original.substring(SET.length()));
    }
    environment.keySet().removeIf(ChildEnvironment::isOfOneStage);
    environment.putAll(variables);
    cookie.addTo(environment);
  }

  private static boolean isOfOneStage(String name) {
    return OF_ONE_STAGE.contains(name) || name.startsWith(PARAMETER_PREFIX);
  }
}
