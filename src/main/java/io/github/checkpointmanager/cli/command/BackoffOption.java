package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.cli.session.DurationOption;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code --backoff D[,MAX]}: how long a stage rests after failures.
 *
 * @param first after the first one; twice as long after each further one
 * @param longest the longest rest
 */
record BackoffOption(Duration first, Duration longest) {
  private static final Duration DEFAULT_LONGEST = Duration.ofMinutes(10);

  /** Reads it from the command line. */
  static final class Converter implements ITypeConverter<BackoffOption> {
    @Override
    public BackoffOption convert(String text) {
      String[] parts = text.split(",", 2);
      Duration first = DurationOption.parse(parts[0]);
      Duration longest = parts.length == 2 ? DurationOption.parse(parts[1]) : DEFAULT_LONGEST;
      if (longest.compareTo(first) < 0) {
        if (parts.length == 2) {
          throw new TypeConversionException(
              "'" + text + "' allows no rest as long as its first; write the shorter one first");
        }
        longest = first;
      }
      return new BackoffOption(first, longest);
    }
  }
}
