package io.github.checkpointmanager.cli.output;

import io.github.checkpointmanager.CheckpointException;

/** The statuses of the command, as documented in {@code docs/CLI.md}. Never changed. */
public final class ExitCodes {
  public static final int DONE = 0;

  /** {@code has} and {@code get} of a stage without checkpoint. */
  public static final int NO = 1;

  /** The command line, a name, a location or a size was refused. */
  public static final int REFUSED = 2;

  public static final int BUSY = 3;
  public static final int CONFLICT = 4;
  public static final int DAMAGED = 5;

  /** The store is unreachable, unfit, refuses, or the outcome of a write is unknown. */
  public static final int STORE = 6;

  /** {@code pipeline run}, {@code rerun}: a stage failed or is blocked. */
  public static final int STAGE_FAILED = 7;

  /** The launcher, the JVM or this program failed; {@code run}: before CMD was started. */
  public static final int FAILED = 125;

  /** {@code run}: another worker holds the stage, or it has failed too often. */
  public static final int RUN_BUSY = 103;

  /** {@code run}: the claim was lost, or could not be kept; CMD was stopped. */
  public static final int RUN_CLAIM_LOST = 104;

  /** {@code run}: CMD succeeded, but that could not be recorded. */
  public static final int RUN_NOT_RECORDED = 106;

  public static final int RUN_NOT_EXECUTABLE = 126;
  public static final int RUN_NOT_FOUND = 127;

  /** A process ended by signal n has the status 128 + n, as in a shell. */
  public static final int SIGNAL_BASE = 128;

  /** The reader has closed our output. */
  public static final int BROKEN_PIPE = SIGNAL_BASE + 13;

  private ExitCodes() {}

  /** Such as {@code ended with status 137 (signal 9)}. */
  public static String ending(int status) {
    int number = status - SIGNAL_BASE;
    boolean isSignal = number >= 1 && number <= 64; // 255, as of ssh, is a program's own status
    String signal = isSignal ? " (signal " + number + ")" : "";
    return "ended with status " + status + signal;
  }

  public static int of(CheckpointException.Kind kind) {
    return switch (kind) {
      case INVALID -> REFUSED;
      case BUSY, ATTEMPTS_EXHAUSTED -> BUSY;
      case CONFLICT, CLAIM_LOST -> CONFLICT;
      case DAMAGED, PAYLOAD -> DAMAGED;
      case UNAVAILABLE, OUTCOME_UNKNOWN, DENIED, NOT_FOUND, UNSUPPORTED, NOT_SAVED, INCOMPLETE ->
          STORE;
    };
  }
}
