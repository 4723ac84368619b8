package io.github.checkpointmanager.cli.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What makes a child die with this process on Linux, however that ends: {@code
 * prctl(PR_SET_PDEATHSIG)}, through {@code setpriv} of util-linux; see {@link ChildProcess}.
 */
public final class DeathSignal {
  private DeathSignal() {}

  /** The prefix of the command line, or nothing where there is no such tool. */
  public static List<String> prefix(Executables executables) {
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
