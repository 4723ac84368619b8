package io.github.checkpointmanager.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The three streams of the process, and whether a person is at them.
 *
 * @param interactive somebody can be asked
 * @param progressVisible standard error is a terminal
 * @param outputVisible standard output is a terminal
 */
record StandardStreams(
    InputStream in,
    OutputStream out,
    OutputStream err,
    boolean interactive,
    boolean progressVisible,
    boolean outputVisible) {

  static StandardStreams ofProcess() {
    return new StandardStreams(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        ProcessFacts.isTerminal(0) && ProcessFacts.isTerminal(2),
        ProcessFacts.isTerminal(2),
        ProcessFacts.isTerminal(1));
  }
}
