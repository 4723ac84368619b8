package io.github.checkpointmanager.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program of the tests in a JVM of its own: it reads lines, and writes lines. It ends when the
 * test closes it, and at the latest after its limit; then everything that waits for it fails. For
 * one thread, but for {@link #kill} and {@link #signal}.
 */
public final class ChildJvm implements AutoCloseable {
  private final WatchedProcess watched;
  private final BufferedReader out;

  private ChildJvm(WatchedProcess watched) {
    this.watched = watched;
    this.out = watched.process().inputReader(UTF_8);
  }

  /** Prepares to run a class that has a {@code main}. */
  public static Builder running(Class<?> program, String... arguments) {
    return new Builder(program.getName(), List.of(arguments));
  }

  /** How a program is started: on the class path of the tests, unless another is given. */
  public static final class Builder {
    private final String program;
    private final List<String> arguments;
    private final Map<String, String> environment = new HashMap<>();
    private final List<String> options =
        new ArrayList<>(
            List.of(
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-XX:+UseSerialGC",
                // Without it the JVM may write a warning to standard output: another JVM that has
                // the same id in another namespace of processes uses the file.
                "-XX:-UsePerfData"));
    private List<String> launcher = List.of();
    private String classPath = testClassPath();
    private ProcessBuilder.Redirect out = ProcessBuilder.Redirect.PIPE;
    private ProcessBuilder.Redirect errors = ProcessBuilder.Redirect.INHERIT;
    private Duration limit = WatchedProcess.LIMIT;

    private Builder(String program, List<String> arguments) {
      this.program = program;
      this.arguments = arguments;
    }

    /** What the child's environment has beyond this JVM's. */
    public Builder environment(Map<String, String> more) {
      environment.putAll(more);
      return this;
    }

    /** Options of the JVM. */
    public Builder options(String... more) {
      options.addAll(List.of(more));
      return this;
    }

    public Builder classPath(String path) {
      classPath = path;
      return this;
    }

    /** A command that starts the JVM, such as {@code setpriv}. */
    public Builder launchedBy(List<String> command) {
      launcher = command;
      return this;
    }

    /** Where standard error goes, instead of to this JVM's. */
    public Builder errorsTo(Path file) {
      errors = ProcessBuilder.Redirect.to(file.toFile());
      return this;
    }

    /** Where standard output and standard error go; the test then reads no lines. */
    public Builder outputTo(Path file) {
      out = ProcessBuilder.Redirect.to(file.toFile());
      errors = ProcessBuilder.Redirect.appendTo(file.toFile());
      return this;
    }

    public Builder limit(Duration longest) {
      limit = longest;
      return this;
    }

    public ChildJvm start() {
      List<String> command = new ArrayList<>(launcher);
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(options);
      command.addAll(List.of("-cp", classPath, program));
      command.addAll(arguments);
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectOutput(out).redirectError(errors);
      builder.environment().putAll(environment);
      try {
        return new ChildJvm(WatchedProcess.start(builder, limit));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The class path of the tests; surefire may have hidden it in a jar. */
  public static String testClassPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  public long pid() {
    return watched.process().pid();
  }

  public boolean isAlive() {
    return watched.process().isAlive();
  }

  /** Writes a line to its standard input. */
  public void say(String line) {
    try {
      watched.process().outputWriter(UTF_8).append(line).append('\n').flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next line of its standard output; fails if there is none. */
  public String line() {
    try {
      String line = out.readLine();
      if (line == null) {
        throw new AssertionError("ended with status " + await() + " instead of saying a line");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The line that it says when it has read this one. */
  public String ask(String line) {
    say(line);
    return line();
  }

  /** The lines that it says until it ends. */
  public List<String> rest() {
    List<String> lines = out.lines().toList();
    watched.requireInTime();
    return lines;
  }

  /** Its status; waits until it has ended. */
  public int await() {
    try {
      return watched.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Sends {@code KILL}, and waits until it is dead. */
  public void kill() {
    watched.process().destroyForcibly();
    await();
  }

  /** Sends a signal, such as {@code STOP}, unless it has ended. */
  public void signal(String name) {
    if (!isAlive()) {
      return; // Its id may be another's by now.
    }
    ProcessBuilder kill = new ProcessBuilder("kill", "-s", name, Long.toString(pid()));
    try (WatchedProcess killer = WatchedProcess.start(kill)) {
      killer.await();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    watched.close();
  }
}
