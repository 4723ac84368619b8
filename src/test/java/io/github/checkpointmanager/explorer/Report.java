package io.github.checkpointmanager.explorer;

import io.github.checkpointmanager.CheckpointException;

/**
 * How a run of a program ended, in its own words.
 *
 * @param end what it says
 * @param writeId of the checkpoint that it names; empty when it names none
 */
record Report(End end, String writeId) {
  enum End {
    /** The run's own checkpoint was saved. */
    SAVED,
    /** The run wanted to save, and another's checkpoint stands. */
    ALREADY_SAVED,
    /** The stage was completed before; nothing was run. */
    SKIPPED,
    /** Somebody else is to be respected; nothing was run. */
    BUSY,
    /** The claim was lost, and nothing was saved. */
    LOST,
    /** It is not known whether it was saved, or claimed. */
    UNKNOWN,
    /** The checkpoint to be replaced is another by now; nothing was saved. */
    SUPERSEDED,
    /** It failed, and nothing was saved. */
    FAILED,
    /** The claim was given up on purpose. */
    GIVEN_UP,
    /** The location was cleared. */
    CLEARED
  }

  static Report of(End end) {
    return new Report(end, "");
  }

  static Report of(CheckpointException e) {
    return of(
        switch (e.kind()) {
          case CLAIM_LOST -> End.LOST;
          case OUTCOME_UNKNOWN, INCOMPLETE -> End.UNKNOWN;
          case CONFLICT -> End.SUPERSEDED;
          case BUSY -> End.BUSY;
          case UNAVAILABLE -> End.FAILED;
          default -> throw e;
        });
  }

  /** Whether it says that this run saved nothing. */
  boolean deniesSaving() {
    return end == End.LOST || end == End.FAILED || end == End.SUPERSEDED || end == End.BUSY;
  }

  @Override
  public String toString() {
    return writeId.isEmpty() ? end.name() : end + " " + writeId.substring(0, 6);
  }
}
