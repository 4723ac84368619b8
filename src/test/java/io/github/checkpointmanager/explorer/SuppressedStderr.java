package io.github.checkpointmanager.explorer;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Drops everything written to standard error until it is closed: the explorer would log the same
 * lines some hundred thousand times.
 */
final class SuppressedStderr implements AutoCloseable {
  private final PrintStream before = System.err;

  SuppressedStderr() {
    System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    System.setErr(before);
  }
}
