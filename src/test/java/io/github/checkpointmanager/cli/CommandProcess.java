package io.github.checkpointmanager.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.checkpointmanager.testing.WatchedProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The real command in a process of its own, started as users start it. A test that waits for it
 * fails after {@link WatchedProcess#LIMIT}.
 */
public final class CommandProcess implements AutoCloseable {
  public static final String LAUNCHER = Path.of("bin/checkpoint").toAbsolutePath().toString();

  private final WatchedProcess watched;
  private final Process process;
  private final BufferedReader out;
  private final GrowingText err;

  /** How it ended. */
  public record Result(int status, String out, String err) {}

  private CommandProcess(WatchedProcess watched) {
    this.watched = watched;
    this.process = watched.process();
    this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    this.err = new GrowingText(process.getErrorStream());
  }

  /** Runs {@code bin/checkpoint} to its end. */
  public static Result checkpoint(Map<String, String> environment, String... args) {
    List<String> line = new ArrayList<>(List.of(LAUNCHER));
    line.addAll(List.of(args));
    return run(environment, line);
  }

  /** Runs a shell script, in which {@code $0} is the launcher, to its end. */
  public static Result shell(Map<String, String> environment, String script, String... args) {
    List<String> line = new ArrayList<>(List.of("sh", "-c", script, LAUNCHER));
    line.addAll(List.of(args));
    return run(environment, line);
  }

  /** Runs a command line to its end. */
  public static Result run(Map<String, String> environment, List<String> line) {
    try (CommandProcess command = start(environment, line)) {
      command.closeInput();
      return command.await();
    }
  }

  /**
   * Outside a whole build the launcher may have to make the jar first; no test shall see that.
   * Initialised once, by the first test that starts a process.
   */
  private static final class Build {
    private static final int STATUS = run();

    private static int run() {
      ProcessBuilder builder =
          new ProcessBuilder(LAUNCHER, "--version")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT);
      try (WatchedProcess build = WatchedProcess.start(builder)) {
        return build.await();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** A variable whose value is empty is removed. */
  public static CommandProcess start(Map<String, String> environment, List<String> line) {
    if (Build.STATUS != 0) {
      throw new IllegalStateException(LAUNCHER + " --version ended with " + Build.STATUS);
    }
    ProcessBuilder builder = new ProcessBuilder(WatchedProcess.withDefaultSignals(line));
    environment.forEach(
        (name, value) -> {
          if (value.isEmpty()) {
            builder.environment().remove(name);
          } else {
            builder.environment().put(name, value);
          }
        });
    try {
      return new CommandProcess(WatchedProcess.start(builder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return process.pid();
  }

  /** The next line of standard output; "null" at its end, when no process holds it any more. */
  public String line() {
    try {
      String line = out.readLine();
      watched.requireInTime();
      return String.valueOf(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void type(String text) {
    try {
      OutputStream in = process.getOutputStream();
      in.write(text.getBytes(UTF_8));
      in.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void closeInput() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It has ended already.
    }
  }

  /** Waits until standard error has this text, or has ended without it, which is a failure. */
  public void awaitError(String text) {
    if (!err.await(text)) {
      watched.requireInTime();
      throw new AssertionError("'" + text + "' was never said, but: " + err.whole());
    }
  }

  public void signal(String name) {
    kill(name, Long.toString(pid()));
  }

  /** Signals its process group, of which it is the leader if {@code setsid} has started it. */
  public void signalGroup(String name) {
    kill(name, "-" + pid());
  }

  private static void kill(String name, String target) {
    try {
      int status =
          new ProcessBuilder("sh", "-c", "kill -s \"$0\" -- \"$1\"", name, target)
              .start()
              .waitFor();
      if (status != 0) {
        throw new IllegalStateException("kill -s " + name + " ended with " + status);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public Result await() {
    try {
      StringBuilder rest = new StringBuilder();
      for (int c = out.read(); c >= 0; c = out.read()) {
        rest.append((char) c);
      }
      return new Result(watched.await(), rest.toString(), err.whole());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a stream has said so far. */
  private static final class GrowingText {
    private final StringBuilder text = new StringBuilder();
    private boolean ended;

    GrowingText(InputStream stream) {
      Thread reader = new Thread(() -> read(stream), "standard-error");
      reader.setDaemon(true);
      reader.start();
    }

    private void read(InputStream stream) {
      try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
        for (int c = lines.read(); c >= 0; c = lines.read()) {
          append((char) c);
        }
      } catch (IOException e) {
        // The process was ended.
      } finally {
        end();
      }
    }

    private synchronized void append(char c) {
      text.append(c);
      notifyAll();
    }

    private synchronized void end() {
      ended = true;
      notifyAll();
    }

    /** Waits for this text; false if the stream ends without it. */
    synchronized boolean await(String part) {
      try {
        while (text.indexOf(part) < 0 && !ended) {
          wait();
        }
        return text.indexOf(part) >= 0;
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    synchronized String whole() {
      try {
        while (!ended) {
          wait();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return text.toString();
    }
  }

  /** Ends it, and what it has started, if a test has failed before its end. */
  @Override
  public void close() {
    watched.close();
  }
}
