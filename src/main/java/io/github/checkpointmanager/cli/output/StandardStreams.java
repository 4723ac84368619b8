package io.github.checkpointmanager.cli.output;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The three streams of the process, and whether a person is at them.
 *
 * @param interactive a person can be asked
 * @param progressVisible standard error is a terminal
 * @param outputVisible standard output is a terminal
 */
public record StandardStreams(
    InputStream in,
    OutputStream out,
    OutputStream err,
    boolean interactive,
    boolean progressVisible,
    boolean outputVisible) {
  /** The launcher's word on which of the standard streams are terminals, such as {@code 02}. */
  private static final String TERMINALS = "checkpoint.terminals";

  public static StandardStreams ofProcess() {
    return new StandardStreams(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        isTerminal(0) && isTerminal(2),
        isTerminal(2),
        isTerminal(1));
  }

  /** Whether one of the standard streams, 0 to 2, is a terminal. */
  public static boolean isTerminal(int descriptor) {
    String known = System.getProperty(TERMINALS);
    if (known != null) {
      return known.contains(Integer.toString(descriptor));
    }
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false; // no Linux
    }
  }
}
