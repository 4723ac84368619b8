package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.LocationStatus;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.session.DurationOption;
import io.github.checkpointmanager.cli.session.Session;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code status}: where the stages stand that have a checkpoint or a claim. */
@Command(
    name = "status",
    description = "Show where the stages stand: running, late, failed, completed, ...")
public final class StatusCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = {"-r", "--recursive"},
      description = "Also those of all locations below.")
  private boolean recursive;

  @Option(names = "--verify", description = "Read every checkpoint, rather than presume it valid.")
  private boolean verify;

  @Option(names = "--watch", description = "Again and again, until Ctrl-C.")
  private boolean watch;

  @Option(
      names = "--interval",
      paramLabel = "D",
      converter = DurationOption.class,
      description = "How long --watch waits in between (2s).")
  private Duration interval = Duration.ofSeconds(2);

  public StatusCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    try (CheckpointManager checkpoints = session.open()) {
      if (watch) {
        new StatusWatch(session, interval).run(() -> read(checkpoints));
      } else {
        show(read(checkpoints));
      }
    }
    return ExitCodes.DONE;
  }

  /**
   * The status at one moment.
   *
   * @param rows with their heading
   */
  record Picture(boolean empty, List<String> rows, List<?> json) {}

  private Picture read(CheckpointManager checkpoints) {
    if (recursive) {
      List<LocationStatus> all =
          verify ? checkpoints.verifiedStatusBelow() : checkpoints.statusBelow();
      return new Picture(all.isEmpty(), StatusRows.ofLocations(all), all);
    }
    List<StageStatus> stages = verify ? checkpoints.verifiedStatus() : checkpoints.status();
    return new Picture(stages.isEmpty(), StatusRows.of(stages), stages);
  }

  private void show(Picture picture) {
    Output output = session.output();
    if (output.isJson()) {
      output.document(picture.json());
    } else if (picture.empty()) {
      output.note("no stages in " + session.location().withoutOptions());
    } else {
      picture.rows().forEach(output::line);
    }
  }
}
