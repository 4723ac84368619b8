package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.session.Session;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * What is seen of a run: lines of the stages' commands, notes of this command, and on a terminal
 * one live line below them. Thread-safe; no two lines mix.
 */
public final class RunConsole {
  /** A command that writes no line ends is shown in pieces of this size. */
  private static final int LONGEST_LINE = 64 * 1024;

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

  /** Replaces the live line; an empty text removes it. */
  synchronized void live(String text) {
    if (live) {
      hide();
      liveText = Text.printable(text);
      show();
    }
  }

  /**
   * Copies a command's output to its end, line by line.
   *
   * @param prefix of each line; may be empty
   */
  void copy(InputStream from, OutputStream to, String prefix) {
    byte[] before = prefix.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try (InputStream in = new BufferedInputStream(from)) {
      for (int c = in.read(); c >= 0; c = in.read()) {
        line.write(c);
        if (c == '\n' || line.size() == LONGEST_LINE) {
          print(to, before, line);
        }
      }
      if (line.size() > 0) {
        print(to, before, line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A closed output must not stop the command. */
  private synchronized void print(OutputStream to, byte[] prefix, ByteArrayOutputStream line) {
    byte[] bytes = line.toByteArray();
    boolean whole = bytes[bytes.length - 1] == '\n';
    if (!whole && (prefix.length > 0 || live)) {
      line.write('\n');
    }
    try {
      hide();
      to.write(prefix);
      line.writeTo(to);
      to.flush();
      show();
    } catch (IOException e) {
      // Drained all the same.
    }
    line.reset();
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
