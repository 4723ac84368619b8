package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.run.RunRequest;
import io.github.checkpointmanager.cli.session.DurationOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --claim} of {@code run}, and what it brings with it. */
final class ClaimFlags {
  private static final Duration DEFAULT_LEASE = Duration.ofSeconds(60);

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

  @Option(
      names = "--claim",
      description = "Claim the stage first: one worker at a time runs it, the others wait.")
  private boolean claim;

  @Option(
      names = "--lease",
      paramLabel = "D",
      converter = DurationOption.class,
      description =
          "How long a dead worker keeps the stage; at least 5s (60s). Such as 90s, 5m, 1h30m.")
  private @Nullable Duration lease;

  @Option(
      names = "--on-busy",
      paramLabel = "wait|fail",
      description = "While another worker holds the stage (wait).")
  private @Nullable OnBusy onBusy;

  @Option(
      names = "--wait-timeout",
      paramLabel = "D",
      converter = DurationOption.class,
      description = "Wait for another worker no longer than this.")
  private @Nullable Duration waitTimeout;

  @Option(
      names = "--max-attempts",
      paramLabel = "N",
      description = "Do not try a stage that has failed N times, by any worker.")
  private @Nullable Long maxAttempts;

  @Option(
      names = "--backoff",
      paramLabel = "D[,MAX]",
      converter = BackoffOption.Converter.class,
      description = "Let a failed stage rest: D, twice as long after each failure, at most MAX.")
  private @Nullable BackoffOption backoff;

  /**
   * Empty when the stage is not to be claimed.
   *
   * @throws CommandException the options do not fit together, or a value is out of its range
   */
  Optional<RunRequest.Claiming> claiming() {
    if (!claim) {
      refuseWithoutClaim();
      return Optional.empty();
    }
    boolean waiting = onBusy != OnBusy.FAIL;
    if (!waiting && waitTimeout != null) {
      throw CommandException.refused(
          "--wait-timeout is refused",
          "with --on-busy fail nothing is waited for",
          "Leave out one of the two");
    }
    return Optional.of(
        new RunRequest.Claiming(options(), waiting, Optional.ofNullable(waitTimeout)));
  }

  private Duration leaseOrDefault() {
    return lease == null ? DEFAULT_LEASE : lease;
  }

  private ClaimOptions options() {
    Duration wanted = leaseOrDefault();
    if (wanted.compareTo(ClaimOptions.SHORTEST_LEASE) < 0) {
      throw CommandException.refused(
          "The lease of " + Text.duration(wanted) + " is refused",
          "it is too short for a store whose clock tells whole seconds",
          "Give --lease at least " + ClaimOptions.SHORTEST_LEASE.toSeconds() + "s");
    }
    ClaimOptions options = ClaimOptions.lease(wanted);
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

  private void refuseWithoutClaim() {
    Map<String, @Nullable Object> given = new LinkedHashMap<>();
    given.put("--lease", lease);
    given.put("--on-busy", onBusy);
    given.put("--wait-timeout", waitTimeout);
    given.put("--max-attempts", maxAttempts);
    given.put("--backoff", backoff);
    given.forEach(
        (name, value) -> {
          if (value != null) {
            throw CommandException.refused(
                name + " is refused",
                "it says how a stage is claimed",
                "Add --claim, or leave it out");
          }
        });
  }

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
}
