package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.StoreUnavailableException;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Output.OutputException;
import io.github.checkpointmanager.cli.output.Problem;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.session.Session;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Shows the status again and again: redrawn on a terminal, otherwise as lines that each begin with
 * the time, or as one JSON document a line. Ends with the process, by Ctrl-C, or when its output is
 * closed any more.
 */
final class StatusWatch {
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
