package io.github.checkpointmanager.explorer;

import io.github.checkpointmanager.CheckpointException;

/**
 * How a run of a program ended, as the program reports it.
 *
 * @param outcome what the program reports
 * @param writeId of the checkpoint that it names; empty when it names none
 */
record Report(Outcome outcome, String writeId) {
  enum Outcome {
    /** The run's own checkpoint was saved. */
    SAVED,
    /** Another's checkpoint was current when the run saved. */
    ALREADY_SAVED,
    /** The stage was completed before; nothing was run. */
    SKIPPED,
    /** Another holds a live claim; nothing was run. */
    BUSY,
    /** The claim was lost, and nothing was saved. */
    LOST,
    /** Whether the run saved, or claimed, is unknown. */
    UNKNOWN,
    /** The checkpoint to be replaced is not current any more; nothing was saved. */
    SUPERSEDED,
    /** The stage has failed as often as its claim allows; nothing was run. */
    EXHAUSTED,
    /** The run failed, and nothing was saved. */
    FAILED,
    /** The claim was given up on purpose. */
    GIVEN_UP,
    /** The location was cleared. */
    CLEARED
  }

  static Report of(Outcome outcome) {
    return new Report(outcome, "");
  }

  static Report of(CheckpointException e) {
    return of(
        switch (e.kind()) {
          case CLAIM_LOST -> Outcome.LOST;
          case OUTCOME_UNKNOWN, INCOMPLETE -> Outcome.UNKNOWN;
          case CONFLICT -> Outcome.SUPERSEDED;
          case BUSY -> Outcome.BUSY;
          case ATTEMPTS_EXHAUSTED -> Outcome.EXHAUSTED;
          case UNAVAILABLE -> Outcome.FAILED;
          default -> throw e;
        });
  }

  /** Whether the program reports that this run saved nothing. */
  boolean deniesSaving() {
    return outcome == Outcome.LOST
        || outcome == Outcome.FAILED
        || outcome == Outcome.SUPERSEDED
        || outcome == Outcome.EXHAUSTED
        || outcome == Outcome.BUSY;
  }

  @Override
  public String toString() {
    return writeId.isEmpty() ? outcome.name() : outcome + " " + writeId.substring(0, 6);
  }
}
