package io.github.checkpointmanager.chaos;

/** Something in a {@link History} that must never happen. */
record Violation(Kind kind, String stage, String what) {
  enum Kind {
    /** A stage has no valid record at the end, or something besides it. */
    NO_SINGLE_RECORD,
    /** No worker ever sent the current record. */
    FOREIGN_RECORD,
    /** A checkpoint was written more than once. */
    SAVED_TWICE,
    /** A checkpoint was sent by a worker that did not hold the claim which it names. */
    UNCLAIMED_COMPLETION,
    /** A checkpoint was sent without a renewal of its claim after the task. */
    UNRENEWED_COMPLETION,
    /** A worker reported a checkpoint, as its own or another's, that is not current. */
    WRONGLY_REPORTED,
    /** A worker reported that nothing was saved, but its checkpoint is current. */
    SAVED_THOUGH_LOST,
    /** Two writes of a claim replaced one version. */
    LOST_UPDATE,
    /** The attempt of a claim is not one more than that of the claim before. */
    ATTEMPT_OUT_OF_ORDER,
    /** A later attempt's token is not greater. */
    TOKEN_NOT_GREATER,
    /** A running claim was taken over before its lease and margin had passed. */
    TAKEN_TOO_EARLY,
    /** A worker held its claim for valid after the next attempt had begun. */
    TWO_VALID,
    /** A clear without force has cleared a stage that a worker held all the time. */
    CLEARED_WHILE_HELD,
    /** A task ran while a compensation did. */
    TASK_BESIDE_COMPENSATION,
    /** A stage ran again though it was completed and nobody had begun to undo it. */
    COMPLETED_TWICE,
    /** A stage was compensated that had not run since it was undone. */
    COMPENSATED_TWICE,
    /** A stage ran though one before it was undone and had not run since. */
    RAN_ON_UNDONE,
    /** The store says of a stage at the end what its task and its compensation do not. */
    UNTRUE,
    /** A waiter saw a claim that had ended or expired, and did not try to take it. */
    NOT_TAKEN,
    /** A call ended in a way that is not allowed. */
    UNEXPECTED
  }

  @Override
  public String toString() {
    return kind + " " + stage + ": " + what;
  }
}
