package io.github.checkpointmanager.cli.process;

import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * CMD of {@code run}: shares the three standard streams, receives the signals that this process
 * gets, and on Linux dies with it, however that ends.
 *
 * <p>The latter is {@code prctl(PR_SET_PDEATHSIG)}, through {@code setpriv} of util-linux. Linux
 * sends the signal when the <em>thread</em> that started the child ends, so {@link #run} starts it
 * and waits for it in one thread. It does not reach grandchildren, and a child that is set-user-ID
 * loses it.
 *
 * @see <a
 *     href="https://man7.org/linux/man-pages/man2/pr_set_pdeathsig.2const.html">pr_set_pdeathsig</a>
 */
public record ChildProcess(String name, List<String> line) {
  /**
   * Finds the program; nothing of it is started yet.
   *
   * @throws CommandException there is none (127), or it cannot be executed (126)
   */
  public static ChildProcess of(List<String> command, Executables executables) {
    List<String> reachable = InheritedPipes.ofProcess().reachable(command);
    return new ChildProcess(command.get(0), dyingWithUs(reachable, executables));
  }

  /**
   * How the child ended.
   *
   * @param status 128 + n when signal n ended it
   * @param stoppedBy the signal that told it to stop while it lived; nothing that it started is
   *     left then
   */
  public record Ended(int status, Optional<String> stoppedBy) {}

  /**
   * Starts the child and waits for its end.
   *
   * @param environment the child's
   * @param signals what hands signals on to it
   * @param whenStarted called with the started child, in this thread
   * @throws CommandException it could not be started
   */
  public Ended run(
      ChildEnvironment environment, SignalForwarder signals, Consumer<RunningCommand> whenStarted) {
    ProcessBuilder builder = new ProcessBuilder(line).inheritIO();
    environment.applyTo(builder.environment());
    Process child = start(builder);
    RunningCommand running = RunningCommand.of(child, environment.cookie(), false);
    signals.add(running);
    try {
      whenStarted.accept(running);
      int status = waitFor(child);
      return new Ended(status, running.finish(signals, status, () -> true));
    } finally {
      signals.remove(running);
    }
  }

  private Process start(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      LaunchFailure failure = LaunchFailure.of(e);
      throw new CommandException(
          Executables.notStarted(
              "not_executable",
              ExitCodes.RUN_NOT_EXECUTABLE,
              name,
              failure.why(),
              failure.remedy()),
          e);
    }
  }

  private static int waitFor(Process child) {
    while (true) {
      try {
        return child.waitFor();
      } catch (InterruptedException e) {
        // This thread is never interrupted; leaving now would kill the child.
      }
    }
  }

  /**
   * The line that makes a command die with this process, or runs it as it is where there is no such
   * tool.
   *
   * @throws CommandException there is no such program (127), or it cannot be executed (126)
   */
  public static List<String> dyingWithUs(List<String> command, Executables executables) {
    String program = executables.require(command.get(0)).toString();
    List<String> line = new ArrayList<>(prefix(executables));
    line.add(program);
    line.addAll(command.subList(1, command.size()));
    return List.copyOf(line);
  }

  private static List<String> prefix(Executables executables) {
    Optional<Path> setpriv = executables.find("setpriv");
    Optional<Path> nothing = executables.find("true");
    if (setpriv.isEmpty() || nothing.isEmpty()) {
      return List.of();
    }
    List<String> prefix = List.of(setpriv.get().toString(), "--pdeathsig", "KILL", "--");
    return works(prefix, nothing.get()) ? prefix : List.of();
  }

  /** An old or small setpriv does not know the option, and its failure would look like CMD's. */
  private static boolean works(List<String> prefix, Path nothing) {
    List<String> line = new ArrayList<>(prefix);
    line.add(nothing.toString());
    try {
      return new ProcessBuilder(line)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException | InterruptedException e) {
      return false;
    }
  }
}
