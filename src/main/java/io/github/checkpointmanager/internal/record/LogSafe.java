package io.github.checkpointmanager.internal.record;

/** Text from outside as messages and log lines show it. Pure. */
public final class LogSafe {
  private LogSafe() {}

  /**
   * The text with everything escaped that could begin a line, move a terminal's cursor or turn its
   * direction, as in a record's header: a stage name may be any text, and a log line must not be
   * one that its name wrote.
   */
  public static String of(String text) {
    return HeaderEscape.escape(text);
  }

  /** As {@link #of}, between single quotes, as messages show names. */
  public static String quoted(String text) {
    return "'" + of(text) + "'";
  }
}
