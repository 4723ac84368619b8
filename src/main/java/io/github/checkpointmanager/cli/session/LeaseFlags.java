package io.github.checkpointmanager.cli.session;

import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --claim}, {@code --no-claim} and {@code --lease}. */
public final class LeaseFlags {
  @Option(
      names = "--claim",
      description =
          "Claim a stage before it runs, so that one worker at a time runs it (the default).")
  private boolean claim;

  @Option(
      names = "--no-claim",
      description =
          "Claim nothing: two workers may run the same stage at once, and status shows neither what"
              + " runs nor what failed.")
  private boolean noClaim;

  @Option(
      names = "--lease",
      paramLabel = "D",
      converter = DurationOption.class,
      description =
          "How long a dead worker keeps a stage that declares no lease of its own; at least 5s"
              + " (60s). Such as 90s, 5m, 1h30m.")
  private @Nullable Duration lease;

  /** The same as arguments. */
  public List<String> arguments() {
    List<String> arguments = new ArrayList<>(noClaim ? List.of("--no-claim") : List.of());
    if (lease != null) {
      arguments.addAll(List.of("--lease", lease.toString()));
    }
    return arguments;
  }

  /**
   * The lease of each claim; empty when nothing is claimed.
   *
   * @throws CommandException there is a lease without claims, it is too short, or {@code --claim}
   *     and {@code --no-claim} are both given
   */
  public Optional<Duration> lease() {
    if (claim && noClaim) {
      throw CommandException.refused(
          "--claim and --no-claim are refused", "they exclude each other", "Leave out one of them");
    }
    refuseUnlessClaiming("--lease", lease);
    Duration wanted = lease == null ? ClaimOptions.DEFAULT_LEASE : lease;
    if (wanted.compareTo(ClaimOptions.SHORTEST_LEASE) < 0) {
      throw CommandException.refused(
          "The lease of " + Text.duration(wanted) + " is refused",
          "it is too short for a store whose clock tells whole seconds",
          "Give --lease at least " + ClaimOptions.SHORTEST_LEASE.toSeconds() + "s");
    }
    return noClaim ? Optional.empty() : Optional.of(wanted);
  }

  /**
   * Refuses an option that has a meaning for claims alone.
   *
   * @param value null when the command line does not give it
   * @throws CommandException the option is given together with {@code --no-claim}
   */
  public void refuseUnlessClaiming(String option, @Nullable Object value) {
    if (noClaim && value != null) {
      throw CommandException.refused(
          option + " is refused",
          "it says how a stage is claimed",
          "Leave out one of the two: it or --no-claim");
    }
  }
}
