package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.LocationStatus;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.StoreUnavailableException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Problem;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.pipeline.FileOption;
import io.github.checkpointmanager.cli.session.DurationOption;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Subcommand;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code status}: the states of the stages that have a checkpoint or a claim. */
@Command(
    name = "status",
    description = "Show the states of the stages: running, late, failed, completed, ...")
final class StatusCommand implements Subcommand {
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

  @Mixin private final FileOption pipeline = new FileOption();

  @Override
  public int run(Session given) {
    Session session = pipeline.of(given);
    try (CheckpointManager checkpoints = session.open()) {
      if (watch) {
        new Watch(session).run(() -> read(checkpoints), interval);
      } else {
        show(session, read(checkpoints));
      }
    }
    return ExitCodes.DONE;
  }

  /**
   * The status at one moment.
   *
   * @param rows with their heading; empty when there is no stage
   */
  private record Picture(List<String> rows, List<?> json) {}

  private Picture read(CheckpointManager checkpoints) {
    if (recursive) {
      List<LocationStatus> all =
          verify ? checkpoints.verifiedStatusBelow() : checkpoints.statusBelow();
      return new Picture(StatusRows.of(all, true), all);
    }
    List<StageStatus> stages = verify ? checkpoints.verifiedStatus() : checkpoints.status();
    return new Picture(StatusRows.of(List.of(new LocationStatus("", stages)), false), stages);
  }

  private static void show(Session session, Picture picture) {
    Output output = session.output();
    if (output.isJson()) {
      output.document(picture.json());
    } else if (picture.rows().isEmpty()) {
      output.note("no stages in " + session.location().withoutOptions());
    } else {
      picture.rows().forEach(output::line);
    }
  }

  /**
   * Shows the status again and again: redrawn on a terminal, otherwise as lines that each begin
   * with the time, or as one JSON document a line. Ends with the process, by Ctrl-C, or when its
   * output is closed.
   */
  private record Watch(Session session) {
    /** To the top; what is longer there is overwritten line by line, so that nothing flickers. */
    private static final String HOME = "\u001b[H";

    private static final String REST_OF_LINE = "\u001b[K";
    private static final String REST_OF_SCREEN = "\u001b[J";
    private static final String WHOLE_SCREEN = "\u001b[2J";

    /**
     * Returns only when it is interrupted.
     *
     * @throws OutputException the output was closed
     */
    void run(Supplier<Picture> reading, Duration interval) {
      show(reading.get(), WHOLE_SCREEN);
      while (pause(interval)) {
        try {
          show(reading.get(), "");
        } catch (StoreUnavailableException e) {
          session.output().warning(Problem.of(e).message());
        }
      }
    }

    /**
     * @param before what a terminal gets first
     */
    private void show(Picture picture, String before) {
      Output output = session.output();
      String time = Text.seconds(Instant.now());
      List<String> lines = picture.rows().isEmpty() ? List.of("no stages") : picture.rows();
      if (output.isJson()) {
        output.document(picture.json());
      } else if (session.showsScreen()) {
        output.raw(before + screen(time, lines));
      } else {
        lines.forEach(line -> output.line(time + "  " + line));
      }
      output.flush();
    }

    private String screen(String time, List<String> rows) {
      List<String> lines = new ArrayList<>(rows);
      lines.add(0, time + "  " + Text.printable(session.location().withoutOptions()));
      return HOME + String.join(REST_OF_LINE + "\n", lines) + REST_OF_LINE + "\n" + REST_OF_SCREEN;
    }

    private static boolean pause(Duration interval) {
      try {
        TimeUnit.NANOSECONDS.sleep(interval.toNanos());
        return true;
      } catch (InterruptedException e) {
        return false;
      }
    }
  }
}
