package io.github.checkpointmanager.explorer;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Drops what is logged to standard error: the same lines would come some hundred thousand times.
 */
final class Quiet implements AutoCloseable {
  private final PrintStream before = System.err;

  Quiet() {
    System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    System.setErr(before);
  }
}
