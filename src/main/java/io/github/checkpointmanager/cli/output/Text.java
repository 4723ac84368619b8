package io.github.checkpointmanager.cli.output;

import io.github.checkpointmanager.Lookup;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How values look to people. Pure functions. */
public final class Text {
  /** Control characters, breaks of lines, unpaired surrogates, and turns of direction. */
  private static final Pattern HARMFUL =
      Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}]");

  private static final Pattern PLAIN_WORD = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private Text() {}

  /**
   * One line without control characters: stage names and metadata are anybody's text, and a
   * terminal would obey them.
   */
  public static String printable(String text) {
    return HARMFUL
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(escaped(found.group().charAt(0))));
  }

  private static String escaped(char c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> String.format(Locale.ROOT, "\\u%04x", (int) c);
    };
  }

  /** A word of a command line, as POSIX shells quote it. */
  public static String shellWord(String word) {
    return PLAIN_WORD.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** A constant as documents and messages have it. */
  public static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Such as {@code damaged: it is empty}. */
  public static String invalid(Lookup.Invalid record) {
    return lower(record.kind()) + ": " + record.reason();
  }

  public static String seconds(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Such as {@code 1 stage}, {@code 2 stages}. */
  public static String count(int count, String thing) {
    return count + " " + thing + (count == 1 ? "" : "s");
  }

  /** Such as {@code 0.4s}, {@code 1m22s}, {@code 3h05m}. */
  public static String duration(Duration duration) {
    if (duration.toMinutes() == 0) {
      return String.format(Locale.ROOT, "%.1fs", duration.toMillis() / 1000.0);
    }
    return duration.toHours() == 0
        ? String.format(Locale.ROOT, "%dm%02ds", duration.toMinutes(), duration.toSecondsPart())
        : String.format(Locale.ROOT, "%dh%02dm", duration.toHours(), duration.toMinutesPart());
  }

  /** Why a file or process operation failed, without the names of Java's classes. */
  public static String reason(Throwable failure) {
    if (failure instanceof NoSuchFileException) {
      return "there is no such file or directory";
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof FileSystemException e && e.getReason() != null) {
      return e.getReason();
    }
    String message = failure.getMessage();
    return failure instanceof java.io.IOException && message != null ? message : failure.toString();
  }
}
