package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.StageOptions;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.session.DurationOption;
import io.github.checkpointmanager.cli.session.LeaseFlags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a pipeline's stages are run. */
public final class RunFlags {
  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      description = "How many stages run at once, at most (1).")
  int jobs = 1;

  @Mixin private final LeaseFlags lease = new LeaseFlags();

  @Option(
      names = "--wait-timeout",
      paramLabel = "D",
      converter = DurationOption.class,
      description = "Wait for another worker's stage no longer than this (1h).")
  private @Nullable Duration waitTimeout;

  @Option(
      names = "--plain",
      description =
          "No live line, even on a terminal; with --jobs 1 the stages then write to it themselves.")
  boolean plain;

  /**
   * Refuses what cannot be meant, before anything is done.
   *
   * @throws CommandException fewer than one job, or a lease without claims or too short
   */
  public void validate() {
    if (jobs < 1) {
      throw CommandException.refused(
          "--jobs " + jobs + " is refused", "nothing could run", "Give at least 1");
    }
    lease();
    lease.refuseUnlessClaiming("--wait-timeout", waitTimeout);
  }

  /** The lease of stages that declare none; empty when nothing is claimed. */
  Optional<Duration> lease() {
    return lease.lease();
  }

  /** How long a stage waits for another worker. */
  Duration longestWait() {
    return waitTimeout == null ? StageOptions.DEFAULT_WAIT : waitTimeout;
  }

  /** The same as arguments. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    if (jobs != 1) {
      arguments.addAll(List.of("--jobs", Integer.toString(jobs)));
    }
    arguments.addAll(lease.arguments());
    if (waitTimeout != null) {
      arguments.addAll(List.of("--wait-timeout", waitTimeout.toString()));
    }
    return arguments;
  }
}
