package io.github.checkpointmanager.cli;

import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.StandardStreams;

/** The command {@code checkpoint}; see {@code docs/CLI.md}. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its status. */
  public static void main(String[] args) {
    int status;
    try {
      status = new Application(StandardStreams.ofProcess(), System.getenv()).run(args);
    } catch (Throwable e) { // also an Error: its status must not be mistaken for an answer
      System.err.println("checkpoint: the command failed: " + e);
      status = ExitCodes.FAILED;
    }
    System.exit(status == ExitCodes.NO ? Integer.getInteger("checkpoint.status.no", 1) : status);
  }
}
