package io.github.checkpointmanager.cli.output;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * What the command says: results on standard output, everything else on standard error, always in
 * UTF-8. Not thread-safe.
 */
public final class Output {
  /** How the caller wants it; read each time, since options are parsed late. */
  public interface Settings {
    /** Results and errors as JSON. */
    public boolean isJson();

    /** Only results, warnings and errors. */
    boolean isQuiet();

    /** With stack traces. */
    boolean isVerbose();
  }

  /** Standard output could not be written. */
  public static final class OutputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    public OutputException(IOException cause) {
      super(cause);
      this.reason = Text.reason(cause);
    }

    public String reason() {
      return reason;
    }

    /**
     * Whether the reader has gone. Java has no type for EPIPE; the text is that of the C library,
     * which the launcher's locale keeps English.
     */
    public boolean isBrokenPipe() {
      return reason.contains("Broken pipe");
    }
  }

  private final Settings settings;
  private final OutputStream out;
  private final PrintStream err;

  public Output(Settings settings, StandardStreams streams) {
    this.settings = settings;
    this.out = new BufferedOutputStream(streams.out());
    this.err = new PrintStream(streams.err(), true, StandardCharsets.UTF_8);
  }

  public boolean isJson() {
    return settings.isJson();
  }

  /** A result for people on one line; nothing but results is printed with {@code -q}. */
  public void line(String text) {
    raw(Text.printable(text) + "\n");
  }

  public void table(Table table) {
    table.lines().forEach(this::line);
  }

  /** What was done, for people who want to know. */
  public void confirmation(String text) {
    if (!settings.isQuiet()) {
      line(text);
    }
  }

  /** The one document of {@code --output json}, of types that {@link Json} knows. */
  public void document(Object document) {
    raw(Json.write(document) + "\n");
  }

  /** A text on standard output, as it is. */
  public void raw(String text) {
    raw(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Bytes on standard output.
   *
   * @throws OutputException if they cannot be written
   */
  public void raw(byte[] bytes) {
    try {
      out.write(bytes);
    } catch (IOException e) {
      throw new OutputException(e);
    }
  }

  /**
   * Writes what is buffered.
   *
   * @throws OutputException if it cannot be written
   */
  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new OutputException(e);
    }
  }

  /** Standard output as a stream, for a library that prints by itself. */
  public OutputStream stream() {
    return new OutputStream() {
      @Override
      public void write(int b) {
        raw(new byte[] {(byte) b});
      }
    };
  }

  /** What is going on; not with {@code -q}. */
  public void note(String text) {
    if (!settings.isQuiet()) {
      err.println("checkpoint: " + Text.printable(text));
    }
  }

  /** What went wrong with a part of the work; a failure of the whole is a {@link Problem}. */
  public void error(String text) {
    err.println("checkpoint: " + Text.printable(text));
  }

  public void warning(String text) {
    err.println("checkpoint: warning: " + Text.printable(text));
  }

  /** A question, without the end of the line. */
  public void prompt(String text) {
    control(Text.printable(text));
  }

  /** Characters for the terminal at standard error, as they are. */
  public void control(String characters) {
    err.print(characters);
    err.flush();
  }

  /** A failure: one line, or one document. */
  public void failure(Problem problem) {
    err.println(
        isJson()
            ? Json.write(Json.object().put("error", problem))
            : "checkpoint: " + problem.message());
  }

  /** As {@link #failure(Problem)}, with the stack trace if it was asked for. */
  public void failure(Problem problem, Throwable cause) {
    failure(problem);
    if (settings.isVerbose()) {
      cause.printStackTrace(err);
    }
  }
}
