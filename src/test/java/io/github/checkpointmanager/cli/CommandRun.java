package io.github.checkpointmanager.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** One command line, run in this JVM with its streams caught. */
final class CommandRun {
  private final Map<String, String> environment = new HashMap<>();
  private byte[] input = new byte[0];
  private boolean interactive;

  /**
   * How it ended.
   *
   * @param latin1 standard output with one character for each byte
   */
  record Result(int status, String latin1, String err) {
    String out() {
      return new String(bytes(), StandardCharsets.UTF_8);
    }

    byte[] bytes() {
      return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  static Result checkpoint(String... args) {
    return new CommandRun().run(args);
  }

  CommandRun environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  CommandRun input(byte[] bytes) {
    input = bytes;
    return this;
  }

  /** A person sits at the terminal and types this. */
  CommandRun typed(String text) {
    interactive = true;
    return input(text.getBytes(StandardCharsets.UTF_8));
  }

  Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    StandardStreams streams =
        new StandardStreams(new ByteArrayInputStream(input), out, err, interactive, interactive);
    int status = new Application(streams, environment).run(args);
    return new Result(
        status, out.toString(StandardCharsets.ISO_8859_1), err.toString(StandardCharsets.UTF_8));
  }
}
