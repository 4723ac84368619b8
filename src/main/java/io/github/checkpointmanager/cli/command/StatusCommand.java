package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.LocationStatus;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.StoreUnavailableException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Output.OutputException;
import io.github.checkpointmanager.cli.output.Problem;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.session.DurationOption;
import io.github.checkpointmanager.cli.session.Session;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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

  /**
   * Shows the status again and again: redrawn on a terminal, otherwise as lines that each begin
   * with the time, or as one JSON document a line. Ends with the process, by Ctrl-C, or when its
   * output is closed any more.
   */
  static final class StatusWatch {
    /** To the top; what is longer there is overwritten line by line, so that nothing flickers. */
    private static final String HOME = "\u001b[H";

    private static final String REST_OF_LINE = "\u001b[K";
    private static final String REST_OF_SCREEN = "\u001b[J";
    private static final String WHOLE_SCREEN = "\u001b[2J";

    private final Session session;
    private final Output output;
    private final Duration interval;

    StatusWatch(Session session, Duration interval) {
      this.session = session;
      this.output = session.output();
      this.interval = interval;
    }

    /**
     * Returns only when it is interrupted.
     *
     * @throws OutputException the output was closed
     */
    void run(Supplier<StatusCommand.Picture> reading) {
      boolean redrawn = session.streams().outputVisible() && !output.isJson();
      show(reading.get(), redrawn ? WHOLE_SCREEN : "");
      while (pause()) {
        try {
          show(reading.get(), "");
        } catch (StoreUnavailableException e) {
          output.warning(Problem.of(e).message());
        }
      }
    }

    private void show(StatusCommand.Picture picture, String before) {
      String time = Text.seconds(Instant.now());
      if (output.isJson()) {
        output.document(picture.json());
      } else if (session.streams().outputVisible()) {
        output.raw((before + screen(time, picture)).getBytes(StandardCharsets.UTF_8));
      } else {
        lines(picture).forEach(line -> output.line(time + "  " + line));
      }
      output.flush();
    }

    private String screen(String time, StatusCommand.Picture picture) {
      List<String> lines = new ArrayList<>();
      lines.add(time + "  " + Text.printable(session.location().withoutOptions()));
      lines.addAll(lines(picture));
      return HOME + String.join(REST_OF_LINE + "\n", lines) + REST_OF_LINE + "\n" + REST_OF_SCREEN;
    }

    private static List<String> lines(StatusCommand.Picture picture) {
      return picture.empty() ? List.of("no stages") : picture.rows();
    }

    private boolean pause() {
      try {
        TimeUnit.NANOSECONDS.sleep(interval.toNanos());
        return true;
      } catch (InterruptedException e) {
        return false;
      }
    }
  }
}
