package io.github.checkpointmanager.cli;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.cli.output.StandardStreams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine;

/** Runs command lines in this JVM, and keeps what they print. */
public final class CommandRun {
  private final Map<String, String> environment = new HashMap<>();
  private List<String> first = List.of();
  private List<String> last = List.of();
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

  /** Names the location by {@code CHECKPOINT_STORE}. */
  public CommandRun store(String location) {
    return environment("CHECKPOINT_STORE", location);
  }

  /** Gives the command this JVM's {@code PATH}, in which it finds the commands that it starts. */
  public CommandRun path() {
    return environment("PATH", System.getenv("PATH"));
  }

  /** Adds {@code --file} to every line. */
  public CommandRun file(Path pipeline) {
    last = List.of("--file", pipeline.toString());
    return this;
  }

  /** Adds {@code --output json} to every line. */
  public CommandRun json() {
    first = List.of("--output", "json");
    return this;
  }

  public CommandRun input(byte[] bytes) {
    input = bytes;
    return this;
  }

  /** Standard streams are a terminal, at which a person types this. */
  public CommandRun typed(String text) {
    interactive = true;
    environment.putIfAbsent("TERM", "xterm");
    return input(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Chooses the user, the host and the clock of the records that the command writes. */
  public CommandRun managers(Supplier<CheckpointManager.Builder> builders) {
    managers = builders;
    return this;
  }

  /** Passes each line of standard error to a listener, on the thread that writes the line. */
  public CommandRun onError(Consumer<String> listener) {
    onError = listener;
    return this;
  }

  public Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ObservedLines err = new ObservedLines(onError);
    StandardStreams streams =
        new StandardStreams(
            new ByteArrayInputStream(input), out, err, interactive, interactive, interactive);
    List<String> line = new ArrayList<>(first);
    line.addAll(List.of(args));
    line.addAll(last);
    int status = new Application(streams, environment, managers).run(line.toArray(String[]::new));
    return new Result(
        status, out.toString(StandardCharsets.ISO_8859_1), err.toString(StandardCharsets.UTF_8));
  }

  private static final class ObservedLines extends ByteArrayOutputStream {
    private final Consumer<String> listener;
    private int passed;

    ObservedLines(Consumer<String> listener) {
      this.listener = listener;
    }

    @Override
    public synchronized void flush() {
      String all = toString(StandardCharsets.UTF_8);
      for (int end = all.indexOf('\n', passed); end >= 0; end = all.indexOf('\n', passed)) {
        String line = all.substring(passed, end);
        passed = end + 1;
        listener.accept(line);
      }
    }
  }
}
