package io.github.checkpointmanager.cli.session;

import static io.github.checkpointmanager.ClaimOptions.LONGEST_LEASE;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations as people write them, {@code 90s}, {@code 1h30m}, and as ISO 8601 does. */
public final class DurationOption implements ITypeConverter<Duration> {
  static final String EXAMPLES = "write it as 10s, 5m, 1h30m or PT1H30M";

  private static final Pattern UNITS =
      Pattern.compile("(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?");

  @Override
  public Duration convert(String text) {
    return parse(text);
  }

  /**
   * Parses a duration such as {@code 90s} or {@code 1h30m}.
   *
   * @throws TypeConversionException it is no duration, is negative, or is longer than any lease
   */
  public static Duration parse(String text) {
    Duration duration = text.toUpperCase(Locale.ROOT).startsWith("P") ? iso(text) : units(text);
    if (duration.isNegative() || duration.compareTo(LONGEST_LEASE) > 0) {
      throw refused(text, "is not between 0s and " + LONGEST_LEASE.toDays() + "d");
    }
    return duration;
  }

  private static Duration iso(String text) {
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException e) {
      throw refused(text, "is not a duration");
    }
  }

  private static Duration units(String text) {
    Matcher parts = UNITS.matcher(text.toLowerCase(Locale.ROOT));
    if (text.isEmpty() || !parts.matches()) {
      boolean bare = text.chars().allMatch(Character::isDigit) && !text.isEmpty();
      throw refused(text, bare ? "has no unit" : "is not a duration");
    }
    return Duration.ofDays(part(parts, 1))
        .plusHours(part(parts, 2))
        .plusMinutes(part(parts, 3))
        .plusSeconds(part(parts, 4));
  }

  private static long part(Matcher parts, int group) {
    String digits = parts.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }

  private static TypeConversionException refused(String text, String why) {
    return new TypeConversionException("'" + text + "' " + why + "; " + EXAMPLES);
  }
}
