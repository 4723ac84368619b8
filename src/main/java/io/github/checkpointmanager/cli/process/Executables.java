package io.github.checkpointmanager.cli.process;

import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Problem;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds programs as a shell does, before anything is started: so that 126 and 127 mean what they
 * mean in a shell, whatever wraps the program then.
 *
 * @see <a
 *     href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_09_01_04">POSIX,
 *     command search and execution</a>
 */
public final class Executables {
  private final List<Path> path;

  /**
   * Looks in the directories of a search path.
   *
   * @param pathVariable {@code PATH}
   */
  public Executables(@Nullable String pathVariable) {
    String directories = pathVariable == null ? "/usr/bin:/bin" : pathVariable;
    this.path =
        Stream.of(directories.split(File.pathSeparator, -1))
            .map(directory -> Path.of(directory.isEmpty() ? "." : directory))
            .toList();
  }

  /**
   * The program's file.
   *
   * @throws CommandException 127 there is none, 126 it cannot be executed
   */
  public Path require(String program) {
    List<Path> found = candidates(program).filter(Files::exists).toList();
    Optional<Path> executable = found.stream().filter(Executables::isExecutable).findFirst();
    if (executable.isPresent()) {
      return executable.get();
    }
    throw new CommandException(
        found.isEmpty()
            ? notStarted(
                "not_found",
                ExitCodes.RUN_NOT_FOUND,
                program,
                program.contains("/") ? "there is no such file" : "it was not found on the PATH",
                "Correct its name, or the PATH")
            : notStarted(
                "not_executable",
                ExitCodes.RUN_NOT_EXECUTABLE,
                program,
                "it is a directory, or has no permission to be executed",
                "Correct its name or its permissions (chmod +x)"));
  }

  Optional<Path> find(String program) {
    return candidates(program).filter(Executables::isExecutable).findFirst();
  }

  private Stream<Path> candidates(String program) {
    if (program.isEmpty()) {
      return Stream.empty();
    }
    return program.contains("/")
        ? Stream.of(Path.of(program))
        : path.stream().map(directory -> directory.resolve(program));
  }

  private static boolean isExecutable(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  static Problem notStarted(String kind, int exitCode, String program, String why, String remedy) {
    return Problem.of(kind, exitCode, "The command '" + program + "' was not started", why, remedy);
  }
}
