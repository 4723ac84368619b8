package io.github.checkpointmanager.cli.process;

import java.util.Map;

/**
 * What CMD of {@code run} sees: this process's environment with the variables of the stage, and
 * with the locale that the caller had. The launcher sets {@code LC_ALL} for the JVM, which decodes
 * file names and arguments by it, and hands on what was there before.
 */
public final class ChildEnvironment {
  /** {@code set:VALUE}, {@code unset}, or absent when the launcher was not used. */
  static final String ORIGINAL_LC_ALL = "checkpoint.original.lc_all";

  private static final String LC_ALL = "LC_ALL";
  private static final String SET = "set:";

  private ChildEnvironment() {}

  public static void prepare(Map<String, String> environment, Map<String, String> variables) {
    String original = System.getProperty(ORIGINAL_LC_ALL, "");
    if (original.equals("unset")) {
      environment.remove(LC_ALL);
    } else if (original.startsWith(SET)) {
      environment.put(LC_ALL, original.substring(SET.length()));
    }
    environment.putAll(variables);
  }
}
