package io.github.checkpointmanager.cli.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the pipes that the caller has opened for a command reachable from it. A JVM starts
 * processes with the descriptors 0 to 2 alone, so that {@code cat <(echo hello)} would find no
 * {@code /dev/fd/63}; this process has it still, and on Linux shows it to its children.
 *
 * @param numbers of descriptors that are pipes of the caller
 */
record InheritedPipes(Set<String> numbers) {
  /** What the launcher has found, such as {@code :63:62}. */
  private static final String PROPERTY = "checkpoint.pipes";

  private static final Pattern ARGUMENT =
      Pattern.compile("(-[^=]*=|)/(?:dev|proc/self)/fd/([0-9]+)");

  static InheritedPipes ofProcess() {
    return new InheritedPipes(
        Set.copyOf(Arrays.asList(System.getProperty(PROPERTY, "").split(":", -1))));
  }

  /** The same command line, with other paths to the pipes. */
  List<String> reachable(List<String> command) {
    return command.stream().map(this::reachable).toList();
  }

  private String reachable(String argument) {
    Matcher path = ARGUMENT.matcher(argument);
    if (!path.matches() || !numbers.contains(path.group(2))) {
      return argument;
    }
    String shown = "/proc/" + ProcessHandle.current().pid() + "/fd/" + path.group(2);
    return Files.exists(Path.of(shown)) ? path.group(1) + shown : argument;
  }
}
