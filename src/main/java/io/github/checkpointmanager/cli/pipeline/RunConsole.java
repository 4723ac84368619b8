package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.cli.output.StandardStreams;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.session.Session;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is seen of a run: lines of the stages' commands, notes of this command, and on a terminal
 * one live line below them. Thread-safe; no two lines mix.
 */
public final class RunConsole {
  private static final String CLEAR_LINE = "\r\u001b[K";

  /** Where the output of stages goes. */
  enum Streams {
    /** To this command's own streams, directly. */
    INHERITED,
    /** Through this command, line by line. */
    LINES,
    /** Line by line; each line begins with the stage's name. */
    PREFIXED,
    /** As {@link #PREFIXED}, all to standard error: standard output is for a document. */
    PREFIXED_ON_STANDARD_ERROR;

    private static Streams of(Session session, int jobs, boolean live) {
      if (session.output().isJson()) {
        return PREFIXED_ON_STANDARD_ERROR;
      }
      if (jobs > 1) {
        return PREFIXED;
      }
      return live ? LINES : INHERITED;
    }
  }

  private final Session session;
  private final Streams streams;
  private final boolean live;
  private final int columns;
  private String liveText = ""; // guarded by this
  private boolean shown; // guarded by this
  private final Map<String, List<CommandOutput>> followed = new HashMap<>(); // guarded by this
  private @Nullable IOException failure; // guarded by this

  /**
   * A console of one run.
   *
   * @param jobs how many commands run at once
   * @param live whether there is a live line
   */
  public RunConsole(Session session, int jobs, boolean live) {
    this.session = session;
    this.streams = Streams.of(session, jobs, live);
    this.live = live;
    this.columns = columns(session.environment().getOrDefault("COLUMNS", ""));
  }

  private static int columns(String text) {
    return text.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(text) : 80;
  }

  Session session() {
    return session;
  }

  Streams streams() {
    return streams;
  }

  public synchronized void note(String text) {
    hide();
    session.output().note(text);
    show();
  }

  /** Shows what went wrong, with {@code -q} too. */
  synchronized void error(String text) {
    hide();
    session.output().error(text);
    show();
  }

  /** Replaces the live line; an empty text removes it. */
  synchronized void live(String text) {
    if (live) {
      hide();
      liveText = Text.printable(text);
      show();
    }
  }

  /** Begins to copy a command's output, unless the command writes to the streams itself. */
  Optional<CommandOutput> follow(String stage, Process command) {
    if (streams == Streams.INHERITED) {
      return Optional.empty();
    }
    StandardStreams own = session.streams();
    CommandOutput output =
        CommandOutput.follow(
            command,
            this,
            streams == Streams.PREFIXED_ON_STANDARD_ERROR ? own.err() : own.out(),
            own.err(),
            streams == Streams.LINES ? "" : Text.printable(stage) + " | ");
    synchronized (this) {
      followed.computeIfAbsent(stage, name -> new ArrayList<>()).add(output);
    }
    return Optional.of(output);
  }

  /** Waits until what a stage's commands wrote is shown, as {@link CommandOutput#drain} says. */
  void drain(String stage) {
    List<CommandOutput> outputs;
    synchronized (this) {
      outputs = followed.remove(stage);
    }
    if (outputs != null) {
      outputs.forEach(CommandOutput::drain);
    }
  }

  /** Waits until what the commands of all stages wrote is shown. */
  public void drain() {
    List<String> stages;
    synchronized (this) {
      stages = List.copyOf(followed.keySet());
    }
    stages.forEach(this::drain);
  }

  /** Why some of the commands' output could not be written to standard output. */
  synchronized Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Prints a line, or a piece of one. A failure does not stop the command; {@link #failure} tells
   * it. Nothing is added to the command's bytes but the prefix, and the end of a line that has a
   * prefix or would be overwritten by the live line.
   */
  synchronized void print(OutputStream to, byte[] prefix, byte[] line) {
    boolean whole = line[line.length - 1] == '\n';
    try {
      hide();
      to.write(prefix);
      to.write(line);
      if (!whole && (prefix.length > 0 || (live && isTerminal(to)))) {
        to.write('\n');
      }
      to.flush();
      show();
    } catch (IOException e) {
      if (failure == null && to == session.streams().out()) {
        failure = e;
      }
    }
  }

  private boolean isTerminal(OutputStream stream) {
    StandardStreams own = session.streams();
    return stream == own.out() ? own.outputVisible() : own.progressVisible();
  }

  private void show() {
    if (live && !liveText.isEmpty()) {
      String text = liveText;
      if (text.codePointCount(0, text.length()) >= columns) {
        text = text.substring(0, text.offsetByCodePoints(0, columns - 2)) + "…";
      }
      session.output().prompt(text);
      shown = true;
    }
  }

  private void hide() {
    if (shown) {
      session.output().control(CLEAR_LINE);
      shown = false;
    }
  }
}
