package io.github.checkpointmanager.cli.process;

import io.github.checkpointmanager.cli.output.StandardStreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What Linux tells of this process and Java does not. Elsewhere the likelier answer is given.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
 * @see <a
 *     href="https://man7.org/linux/man-pages/man5/proc_pid_status.5.html">proc_pid_status(5)</a>
 */
final class ProcessFacts {
  private static final String IGNORED_SIGNALS = "SigIgn:";

  private ProcessFacts() {}

  /** Whether this process was started to ignore a signal, as by nohup. */
  static boolean ignores(int signal) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith(IGNORED_SIGNALS)) {
          long mask = Long.parseUnsignedLong(line.substring(IGNORED_SIGNALS.length()).strip(), 16);
          return (mask >> (signal - 1) & 1) == 1;
        }
      }
    } catch (IOException e) {
      // no Linux
    }
    return false;
  }

  /** Whether a Ctrl-C typed now would reach this process and its children. */
  static boolean isForegroundOfTerminal() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      String group = afterName[2]; // field 5, pgrp
      String terminal = afterName[4]; // field 7, tty_nr
      String foreground = afterName[5]; // field 8, tpgid
      return !terminal.equals("0") && group.equals(foreground);
    } catch (IOException e) {
      return StandardStreams.isTerminal(0); // no Linux
    }
  }
}
