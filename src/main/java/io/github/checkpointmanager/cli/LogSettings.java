package io.github.checkpointmanager.cli;

import io.github.checkpointmanager.cli.session.GlobalOptions;

/**
 * What slf4j-simple, which the command's jar brings, prints on standard error. Must be applied
 * before the first logger is made.
 */
final class LogSettings {
  private static final String PREFIX = "org.slf4j.simpleLogger.";

  /**
   * What this logger says at WARN and above the command says itself: damaged records as warnings of
   * its own, failed saves as its error message.
   */
  private static final String TOLD_BY_COMMAND =
      PREFIX + "log.io.github.checkpointmanager.CheckpointManager";

  private LogSettings() {}

  static void apply(GlobalOptions options) {
    System.setProperty(PREFIX + "logFile", "System.err");
    System.setProperty(PREFIX + "showThreadName", "false");
    System.setProperty(PREFIX + "showShortLogName", "true");
    System.setProperty(PREFIX + "levelInBrackets", "true");
    if (options.isVerbose()) {
      System.setProperty(PREFIX + "showDateTime", "true");
      System.setProperty(PREFIX + "dateTimeFormat", "HH:mm:ss.SSS");
      System.setProperty(PREFIX + "defaultLogLevel", "info");
      System.setProperty(PREFIX + "log.io.github.checkpointmanager", "debug");
      System.setProperty(TOLD_BY_COMMAND, "info");
    } else {
      System.setProperty(PREFIX + "defaultLogLevel", options.isQuiet() ? "error" : "warn");
      System.setProperty(TOLD_BY_COMMAND, "off");
    }
  }
}
