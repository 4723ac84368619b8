package io.github.checkpointmanager.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What the command says: results on standard output, everything else on standard error, always in
 * UTF-8. Not thread-safe.
 */
final class Output {
  private final GlobalOptions options;
  private final OutputStream out;
  private final PrintStream err;

  Output(GlobalOptions options, StandardStreams streams) {
    this.options = options;
    this.out = new BufferedOutputStream(streams.out());
    this.err = new PrintStream(streams.err(), true, StandardCharsets.UTF_8);
  }

  boolean isJson() {
    return options.isJson();
  }

  /** A result for people; nothing but results is printed with {@code -q}. */
  void line(String text) {
    raw((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** What was done, for people who want to know. */
  void confirmation(String text) {
    if (!options.isQuiet()) {
      line(text);
    }
  }

  /** The one document of {@code --output json}. */
  void document(JsonNode document) {
    line(Json.write(document));
  }

  /**
   * @throws OutputException if it cannot be written
   */
  void raw(byte[] bytes) {
    try {
      out.write(bytes);
    } catch (IOException e) {
      throw new OutputException(e);
    }
  }

  /**
   * @throws OutputException if it cannot be written
   */
  void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new OutputException(e);
    }
  }

  /** Standard output for whoever prints by itself; written with everything else. */
  OutputStream stream() {
    return new OutputStream() {
      @Override
      public void write(int b) {
        raw(new byte[] {(byte) b});
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        raw(Arrays.copyOfRange(bytes, offset, offset + length));
      }
    };
  }

  /** What is going on; not with {@code -q}. */
  void note(String text) {
    if (!options.isQuiet()) {
      err.println("checkpoint: " + Text.printable(text));
    }
  }

  void warning(String text) {
    err.println("checkpoint: warning: " + Text.printable(text));
  }

  /** A question, without the end of the line. */
  void prompt(String text) {
    err.print(Text.printable(text));
    err.flush();
  }

  /** A failure: one line, or one document. */
  void failure(Problem problem) {
    err.println(isJson() ? Json.write(Json.error(problem)) : "checkpoint: " + problem.message());
  }

  /** As {@link #failure(Problem)}, with the stack trace if it was asked for. */
  void failure(Problem problem, Throwable cause) {
    failure(problem);
    if (options.isVerbose()) {
      cause.printStackTrace(err);
    }
  }
}
