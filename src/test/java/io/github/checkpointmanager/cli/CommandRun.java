package io.github.checkpointmanager.cli;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.cli.output.StandardStreams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine;

/** One command line, run in this JVM with its streams caught. */
public final class CommandRun {
  private final Map<String, String> environment = new HashMap<>();
  private byte[] input = new byte[0];
  private boolean interactive;
  private Consumer<String> onError = line -> {};
  private Supplier<CheckpointManager.Builder> managers = CheckpointManager::builder;

  /**
   * How it ended.
   *
   * @param latin1 standard output with one character for each byte
   */
  public record Result(int status, String latin1, String err) {
    public String out() {
      return new String(bytes(), StandardCharsets.UTF_8);
    }

    public byte[] bytes() {
      return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  public static Result checkpoint(String... args) {
    return new CommandRun().run(args);
  }

  /** All commands and their options, to look at. */
  public static CommandLine commandLine() {
    OutputStream nowhere = OutputStream.nullOutputStream();
    return new Application(
            new StandardStreams(
                InputStream.nullInputStream(), nowhere, nowhere, false, false, false),
            Map.of())
        .commandLine();
  }

  public CommandRun environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  public CommandRun input(byte[] bytes) {
    input = bytes;
    return this;
  }

  /** A person sits at the terminal and types this. */
  public CommandRun typed(String text) {
    interactive = true;
    return input(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Chooses the user, the host and the clock of the records that the command writes. */
  public CommandRun managers(Supplier<CheckpointManager.Builder> builders) {
    managers = builders;
    return this;
  }

  /** Is told of each line of standard error when it is written, by the thread that writes it. */
  public CommandRun onError(Consumer<String> listener) {
    onError = listener;
    return this;
  }

  public Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ToldLines err = new ToldLines(onError);
    StandardStreams streams =
        new StandardStreams(
            new ByteArrayInputStream(input), out, err, interactive, interactive, interactive);
    int status = new Application(streams, environment, managers).run(args);
    return new Result(
        status, out.toString(StandardCharsets.ISO_8859_1), err.toString(StandardCharsets.UTF_8));
  }

  private static final class ToldLines extends ByteArrayOutputStream {
    private final Consumer<String> listener;
    private int told;

    ToldLines(Consumer<String> listener) {
      this.listener = listener;
    }

    @Override
    public synchronized void flush() {
      String all = toString(StandardCharsets.UTF_8);
      for (int end = all.indexOf('\n', told); end >= 0; end = all.indexOf('\n', told)) {
        String line = all.substring(told, end);
        told = end + 1;
        listener.accept(line);
      }
    }
  }
}
