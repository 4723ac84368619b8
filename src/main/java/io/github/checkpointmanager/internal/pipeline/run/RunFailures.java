package io.github.checkpointmanager.internal.pipeline.run;

import io.github.checkpointmanager.AttemptsExhaustedException;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.Reason.Code;

/** The reasons of failures in a run. Pure. */
final class RunFailures {
  private static final int LONGEST_MESSAGE = 500;

  private RunFailures() {}

  /** A task's own failure. */
  static Reason ofTask(Throwable failure) {
    return new Reason(Code.TASK_FAILED, "its task failed: " + described(failure));
  }

  /** A failure before the task began. */
  static Reason before(CheckpointException failure) {
    return failure instanceof AttemptsExhaustedException
        ? new Reason(Code.ATTEMPTS_EXHAUSTED, described(failure))
        : new Reason(Code.STORE_FAILED, described(failure));
  }

  static Reason notSaved(Throwable failure) {
    return new Reason(
        Code.NOT_SAVED,
        "its task succeeded, but its checkpoint was not saved: " + described(failure));
  }

  static Reason interrupted() {
    return new Reason(Code.INTERRUPTED, "the run was interrupted");
  }

  private static String described(Throwable failure) {
    if (failure instanceof CheckpointException) {
      return LogSafe.of(String.valueOf(failure.getMessage()));
    }
    String message = failure.getMessage();
    if (message == null) {
      return failure.getClass().getName();
    }
    String shown =
        message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE) + "…";
    return failure.getClass().getName() + ": " + LogSafe.of(shown);
  }
}
