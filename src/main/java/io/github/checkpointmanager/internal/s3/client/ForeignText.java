package io.github.checkpointmanager.internal.s3.client;

import org.jspecify.annotations.Nullable;

/** Text that a server or the SDK wrote, prepared for messages. */
public final class ForeignText {
  private static final int LONGEST = 300;

  private ForeignText() {}

  /** Returns the text on one line, of moderate length and without a full stop at its end. */
  public static String oneLine(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return "no message";
    }
    String line = text.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
    String end = line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    return end.endsWith(".") ? end.substring(0, end.length() - 1) : end;
  }
}
