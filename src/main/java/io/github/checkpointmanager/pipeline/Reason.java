package io.github.checkpointmanager.pipeline;

import java.util.Objects;

/**
 * Why a stage runs, is skipped, or can do neither. Immutable.
 *
 * @param code stable, part of the command's JSON
 * @param sentence in words, on one line
 */
public record Reason(Code code, String sentence) {
  /** Why, in one word. */
  public enum Code {
    // Skipped.
    /** It has a valid checkpoint, and more was not asked. */
    COMPLETED,
    /** It has a valid checkpoint, and nothing that it depends on has changed. */
    UNCHANGED,

    // Runs.
    /** It has no checkpoint. */
    NOT_COMPLETED,
    /** What stands in the place of its checkpoint is damaged. */
    DAMAGED,
    /** It was asked for. */
    RERUN_REQUESTED,
    /** An input, a parameter or the code version is another than when it completed. */
    INPUT_CHANGED,
    /** Its checkpoint does not say what it depended on. */
    NO_FINGERPRINT,
    /** It comes after other stages than when it completed. */
    UPSTREAM_SET_CHANGED,
    /** A stage that it comes after was run again since. */
    UPSTREAM_RERUN,
    /** A stage that it comes after runs. */
    UPSTREAM_RUNS,
    /** Something that it made is gone. */
    OUTPUT_MISSING,
    /** Something that it made was changed. */
    OUTPUT_CHANGED,

    // Neither.
    /** What stands in the place of its checkpoint cannot be judged by this version. */
    UNREADABLE,
    /** An input is not there. */
    INPUT_MISSING,
    /** An input cannot be read or identified. */
    INPUT_UNREADABLE,
    /** An output cannot be read or identified. */
    OUTPUT_UNREADABLE,
    /** A stage that it comes after cannot run, or failed. */
    UPSTREAM_BLOCKED,

    // In reports of runs only.
    /** Its task threw. */
    TASK_FAILED,
    /** Its task succeeded and its checkpoint was not saved. */
    NOT_SAVED,
    /** Its claim was lost while its task ran, again and again. */
    CLAIM_LOST,
    /** It has failed as often as it may. */
    ATTEMPTS_EXHAUSTED,
    /** The store failed before it began. */
    STORE_FAILED,
    /** The caller's executor refused it. */
    REJECTED,
    /** The run was interrupted. */
    INTERRUPTED,
    /** The checkpoint of a stage that it comes after was cleared while the pipeline ran. */
    UPSTREAM_CLEARED
  }

  public Reason {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(sentence, "sentence");
  }
}
