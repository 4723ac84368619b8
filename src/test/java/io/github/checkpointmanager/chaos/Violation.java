package io.github.checkpointmanager.chaos;

/** Something in a {@link History} that must never happen. */
record Violation(Kind kind, String stage, String what) {
  enum Kind {
    /** A stage has no valid record at the end, or something else stands there too. */
    NO_SINGLE_RECORD,
    /** Nobody ever sent the record that stands. */
    FOREIGN_RECORD,
    /** A checkpoint was written more than once. */
    SAVED_TWICE,
    /** A checkpoint was sent by a worker that did not hold the claim which it names. */
    UNCLAIMED_COMPLETION,
    /** A checkpoint was sent without a renewal of its claim after the task. */
    UNRENEWED_COMPLETION,
    /** A worker was told of a checkpoint, as its own or another's, that does not stand. */
    WRONGLY_TOLD,
    /** A worker was told that nothing was saved, and its checkpoint stands. */
    SAVED_THOUGH_LOST,
    /** Two writes of a claim replaced one version. */
    LOST_UPDATE,
    /** A claim's attempt is not the one after that before it. */
    ATTEMPT_OUT_OF_ORDER,
    /** A later attempt's token is not greater. */
    TOKEN_NOT_GREATER,
    /** A running claim was taken over before its lease and margin were over. */
    TAKEN_TOO_EARLY,
    /** A worker held its claim for valid after the next attempt had begun. */
    TWO_VALID,
    /** A waiter saw a claim that was free, or over, and did not try to take it. */
    NOT_TAKEN,
    /** A call ended as none may. */
    UNEXPECTED
  }

  @Override
  public String toString() {
    return kind + " " + stage + ": " + what;
  }
}
