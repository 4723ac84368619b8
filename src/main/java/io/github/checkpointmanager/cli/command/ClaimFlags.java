package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.StageOptions;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.run.RunRequest;
import io.github.checkpointmanager.cli.session.DurationOption;
import io.github.checkpointmanager.cli.session.LeaseFlags;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How {@code run} claims its stage. */
final class ClaimFlags {
  /** What to do while another worker holds the stage. */
  enum OnBusy {
    WAIT,
    FAIL;

    /** As it is typed, also in messages. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Mixin private final LeaseFlags lease = new LeaseFlags();

  @Option(
      names = "--on-busy",
      paramLabel = "wait|fail",
      description = "While another worker holds the stage (wait, for an hour at most).")
  private @Nullable OnBusy onBusy;

  @Option(
      names = "--wait-timeout",
      paramLabel = "D",
      converter = DurationOption.class,
      description = "Wait for another worker no longer than this (1h).")
  private @Nullable Duration waitTimeout;

  @Option(
      names = "--max-attempts",
      paramLabel = "N",
      description = "Do not try a stage that has failed N times, by any worker; binds all workers.")
  private @Nullable Long maxAttempts;

  @Option(
      names = "--at-most-once",
      description = "Begin CMD once at most, whatever happens: --max-attempts 1.")
  private boolean atMostOnce;

  @Option(
      names = "--override-max-attempts",
      description = "Try the stage although the limit in its claim was reached.")
  private boolean overrideMaxAttempts;

  @Option(
      names = "--backoff",
      paramLabel = "D[,MAX]",
      converter = BackoffConverter.class,
      description =
          "Wait after a failure before the next attempt: D, doubled after each failure, at most"
              + " MAX.")
  private @Nullable BackoffRange backoff;

  /**
   * How long a stage waits after failures.
   *
   * @param first after the first failure; twice as long after each further one
   * @param longest the longest wait
   */
  private record BackoffRange(Duration first, Duration longest) {}

  /** Reads {@code D[,MAX]}. */
  private static final class BackoffConverter implements ITypeConverter<BackoffRange> {
    private static final Duration DEFAULT_LONGEST = Duration.ofMinutes(10);

    @Override
    public BackoffRange convert(String text) {
      String[] parts = text.split(",", 2);
      Duration first = DurationOption.parse(parts[0]);
      Duration longest = parts.length == 2 ? DurationOption.parse(parts[1]) : DEFAULT_LONGEST;
      if (longest.compareTo(first) < 0) {
        if (parts.length == 2) {
          throw new TypeConversionException(
              "'"
                  + text
                  + "' allows at most a shorter wait than its first; write the shorter one first");
        }
        longest = first;
      }
      return new BackoffRange(first, longest);
    }
  }

  /**
   * Empty when the stage is not claimed.
   *
   * @throws CommandException the options do not fit together, or a value is out of its range
   */
  Optional<RunRequest.Claiming> claiming() {
    Optional<Duration> wanted = lease.lease();
    lease.refuseUnlessClaiming("--on-busy", onBusy);
    lease.refuseUnlessClaiming("--wait-timeout", waitTimeout);
    lease.refuseUnlessClaiming("--max-attempts", maxAttempts);
    lease.refuseUnlessClaiming("--at-most-once", atMostOnce ? true : null);
    lease.refuseUnlessClaiming("--override-max-attempts", overrideMaxAttempts ? true : null);
    lease.refuseUnlessClaiming("--backoff", backoff);
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    boolean waiting = onBusy != OnBusy.FAIL;
    if (!waiting && waitTimeout != null) {
      throw CommandException.refused(
          "--wait-timeout is refused",
          "with --on-busy fail nothing is waited for",
          "Leave out one of the two");
    }
    Duration longest = waitTimeout == null ? StageOptions.DEFAULT_WAIT : waitTimeout;
    return Optional.of(
        new RunRequest.Claiming(options(wanted.get()), waiting, Optional.of(longest)));
  }

  private ClaimOptions options(Duration wanted) {
    ClaimOptions options = ClaimOptions.lease(wanted);
    if (atMostOnce && maxAttempts != null) {
      throw CommandException.refused(
          "--max-attempts is refused", "--at-most-once sets it to 1", "Leave out one of the two");
    }
    if (atMostOnce) {
      options = options.atMostOnce();
    }
    if (overrideMaxAttempts) {
      options = options.overridingMaxAttempts();
    }
    if (maxAttempts != null) {
      if (maxAttempts < 1) {
        throw CommandException.refused(
            "--max-attempts " + maxAttempts + " is refused",
            "the stage could never run",
            "Give at least 1, or leave it out for no limit");
      }
      options = options.maxAttempts(maxAttempts);
    }
    return backoff == null ? options : options.backoff(backoff.first(), backoff.longest());
  }
}
