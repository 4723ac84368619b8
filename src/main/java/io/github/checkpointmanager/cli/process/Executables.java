package io.github.checkpointmanager.cli.process;

import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Problem;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
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

  /** The directories before the first one that cannot be expressed; all, if all can be. */
  private final int expressible;

  /**
   * Looks in the directories of a search path.
   *
   * @param pathVariable {@code PATH}
   */
  public Executables(@Nullable String pathVariable) {
    String directories = pathVariable == null ? "/usr/bin:/bin" : pathVariable;
    this.path = new ArrayList<>();
    int first = Integer.MAX_VALUE;
    for (String directory : directories.split(File.pathSeparator, -1)) {
      Optional<Path> expressed = express(directory.isEmpty() ? "." : directory);
      expressed.ifPresent(path::add);
      first = expressed.isPresent() ? first : Math.min(first, path.size());
    }
    this.expressible = first;
  }

  /** Empty if the process's locale cannot express it: the JVM puts U+FFFD for such a byte. */
  private static Optional<Path> express(String directory) {
    try {
      return directory.indexOf('\ufffd') < 0 ? Optional.of(Path.of(directory)) : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /**
   * The program's file. Its name alone, if a directory of the search path before it cannot be
   * expressed in this process's locale: then the system shall search, which needs no locale.
   *
   * @throws CommandException 127 there is none, 126 it cannot be executed
   */
  public Path require(String program) {
    List<Path> found = candidates(program).filter(Files::exists).toList();
    Optional<Path> executable = found.stream().filter(Executables::isExecutable).findFirst();
    if (executable.isPresent()) {
      return isBehindUnexpressible(program, executable.get()) ? Path.of(program) : executable.get();
    }
    throw new CommandException(
        found.isEmpty()
            ? notStarted(
                "not_found",
                ExitCodes.RUN_NOT_FOUND,
                program,
                program.contains("/") ? "there is no such file" : whyNotOnThePath(),
                expressible == Integer.MAX_VALUE
                    ? "Correct its name, or the PATH"
                    : "Correct its name, or set LC_ALL=C.UTF-8")
            : notStarted(
                "not_executable",
                ExitCodes.RUN_NOT_EXECUTABLE,
                program,
                "it is a directory, or has no permission to be executed",
                "Correct its name or its permissions (chmod +x)"));
  }

  private String whyNotOnThePath() {
    return expressible == Integer.MAX_VALUE
        ? "it was not found on the PATH"
        : "it was not found on the PATH, which has a directory that this process's locale cannot"
            + " express";
  }

  private boolean isBehindUnexpressible(String program, Path found) {
    return !program.contains("/")
        && path.stream().limit(expressible).noneMatch(d -> d.resolve(program).equals(found));
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
