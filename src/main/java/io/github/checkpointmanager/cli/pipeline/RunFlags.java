package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.session.LeaseFlags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  }

  /** The lease of stages that declare none; empty when nothing is claimed. */
  Optional<Duration> lease() {
    return lease.lease();
  }

  /** The same as arguments. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    if (jobs != 1) {
      arguments.addAll(List.of("--jobs", Integer.toString(jobs)));
    }
    arguments.addAll(lease.arguments());
    return arguments;
  }
}
