package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.internal.record.LogSafe;

/**
 * One thing that a worker did or learned; one line of its journal.
 *
 * @param worker one process; its successor after a kill has another name
 * @param at by {@link System#nanoTime()}, just before the question for {@link Kind#VALID}, and
 *     otherwise just after
 * @param attempt that it holds; 0 when it holds none
 * @param token that it holds; 0 when it holds none
 * @param detail a write id for {@link Kind#SAVED}, {@link Kind#ALREADY_SAVED} and {@link
 *     Kind#SKIPPED}; otherwise words
 */
record WorkerEvent(
    String worker, long at, Kind kind, String stage, long attempt, long token, String detail) {
  enum Kind {
    /** It asks for the stage; it is a waiter until CLAIMED, or until the call ends. */
    ENTERED,
    /** Its task begins. */
    CLAIMED,
    /** The task asked {@code isValid()}, and the claim was valid. */
    VALID,
    /** The task asked, and the claim was not valid. */
    INVALID,
    /** Its task is over. */
    TASK_ENDED,

    // How the call ended:
    SAVED,
    ALREADY_SAVED,
    SKIPPED,
    BUSY,
    /** The claim was lost, and nothing was saved. */
    LOST,
    /** Whether the checkpoint was saved is unknown. */
    UNKNOWN,
    /** The store failed, before the task or without doubt. */
    STORE_FAILED,
    TASK_FAILED,
    /** An outcome that is not allowed. */
    UNEXPECTED,

    /** It begins to clear the stage, without force. */
    CLEARING,
    /** It has cleared the stage. */
    CLEARED,
    /** The clear was refused, or failed. */
    NOT_CLEARED,

    /** Its compensation of the stage begins. */
    COMPENSATING,
    /** Its compensation has done all that it does. */
    COMPENSATED,
    /** Its compensation throws. */
    COMPENSATION_FAILED,
    /** Its rollback reported the stage as undone. */
    UNDONE,
    /** Its rollback was refused, or stopped. */
    NOT_UNDONE,
    /** It begins to abandon a rollback, which may make the stage pending. */
    ABANDONING,
    /** The stage is pending. */
    ABANDONED,
    /** The stage is as it was. */
    NOT_ABANDONED,

    /** It has nothing left to do. */
    FINISHED
  }

  /** The same as if it were of another kind. */
  WorkerEvent as(Kind other) {
    return new WorkerEvent(worker, at, other, stage, attempt, token, detail);
  }

  String toLine() {
    return String.join(
            "\t",
            worker,
            Long.toString(at),
            kind.name(),
            stage,
            Long.toString(attempt),
            Long.toString(token),
            LogSafe.of(detail))
        + "\n";
  }

  static WorkerEvent parse(String line) {
    String[] field = line.split("\t", 7);
    return new WorkerEvent(
        field[0],
        Long.parseLong(field[1]),
        Kind.valueOf(field[2]),
        field[3],
        Long.parseLong(field[4]),
        Long.parseLong(field[5]),
        field[6]);
  }
}
