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

/** {@code --claim} and {@code --lease}. */
public final class LeaseFlags {
  private static final Duration DEFAULT_LEASE = Duration.ofSeconds(60);

  @Option(
      names = "--claim",
      description = "Claim a stage before it runs, so that one worker at a time runs it.")
  private boolean claim;

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
    List<String> arguments = new ArrayList<>(claim ? List.of("--claim") : List.of());
    if (lease != null) {
      arguments.addAll(List.of("--lease", lease.toString()));
    }
    return arguments;
  }

  /**
   * The lease of each claim; empty when nothing is claimed.
   *
   * @throws CommandException there is a lease without claims, or it is too short
   */
  public Optional<Duration> lease() {
    refuseUnlessClaiming("--lease", lease);
    Duration wanted = lease == null ? DEFAULT_LEASE : lease;
    if (wanted.compareTo(ClaimOptions.SHORTEST_LEASE) < 0) {
      throw CommandException.refused(
          "The lease of " + Text.duration(wanted) + " is refused",
          "it is too short for a store whose clock tells whole seconds",
          "Give --lease at least " + ClaimOptions.SHORTEST_LEASE.toSeconds() + "s");
    }
    return claim ? Optional.of(wanted) : Optional.empty();
  }

  /**
   * Refuses an option that has a meaning for claims alone.
   *
   * @param value null when the command line does not give it
   * @throws CommandException the option is given and {@code --claim} is not
   */
  public void refuseUnlessClaiming(String option, @Nullable Object value) {
    if (!claim && value != null) {
      throw CommandException.refused(
          option + " is refused", "it says how a stage is claimed", "Add --claim, or leave it out");
    }
  }
}
