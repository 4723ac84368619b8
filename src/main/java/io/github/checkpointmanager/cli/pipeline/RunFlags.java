package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.session.DurationOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a pipeline's stages are run. */
public final class RunFlags {
  private static final Duration DEFAULT_LEASE = Duration.ofSeconds(60);

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      description = "How many stages run at once, at most (1).")
  private int jobs = 1;

  @Option(
      names = "--claim",
      description = "Claim each stage first, so that several workers share the work.")
  private boolean claim;

  @Option(
      names = "--lease",
      paramLabel = "D",
      converter = DurationOption.class,
      description =
          "How long a dead worker keeps a stage that declares no lease; at least 5s (60s).")
  private @Nullable Duration lease;

  @Option(
      names = "--plain",
      description =
          "No live line, even on a terminal; with --jobs 1 the stages then write to it themselves.")
  private boolean plain;

  /**
   * How many stages run at once, at most.
   *
   * @throws CommandException it is less than 1
   */
  public int jobs() {
    if (jobs < 1) {
      throw CommandException.refused(
          "--jobs " + jobs + " is refused", "nothing could run", "Give at least 1");
    }
    return jobs;
  }

  boolean isPlain() {
    return plain;
  }

  /**
   * The lease of stages that declare none; empty when nothing is claimed.
   *
   * @throws CommandException there is a lease without claims, or it is too short
   */
  public Optional<Duration> lease() {
    if (!claim && lease != null) {
      throw CommandException.refused(
          "--lease is refused", "it says how a stage is claimed", "Add --claim, or leave it out");
    }
    Duration wanted = lease == null ? DEFAULT_LEASE : lease;
    if (wanted.compareTo(ClaimOptions.SHORTEST_LEASE) < 0) {
      throw CommandException.refused(
          "The lease of " + Text.duration(wanted) + " is refused",
          "it is too short for a store whose clock tells whole seconds",
          "Give --lease at least " + ClaimOptions.SHORTEST_LEASE.toSeconds() + "s");
    }
    return claim ? Optional.of(wanted) : Optional.empty();
  }

  /** The same as arguments. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    if (jobs != 1) {
      arguments.addAll(List.of("--jobs", Integer.toString(jobs)));
    }
    if (claim) {
      arguments.add("--claim");
    }
    if (lease != null) {
      arguments.addAll(List.of("--lease", lease.toString()));
    }
    return arguments;
  }
}
