package io.github.checkpointmanager.pipeline;

import java.util.Objects;

/**
 * Why a stage runs, is skipped or is blocked. Immutable.
 *
 * @param code stable; part of the command's JSON
 * @param sentence one line of text
 */
public record Reason(Code code, String sentence) {
  /** Why, in one word. */
  public enum Code {
    // Skipped.
    /** It has a valid checkpoint. */
    COMPLETED,
    /** It has a valid checkpoint, and nothing that its result depends on has changed. */
    UNCHANGED,

    // Runs.
    /** It has no checkpoint. */
    NOT_COMPLETED,
    /** Its checkpoint is damaged. */
    DAMAGED,
    /** The caller asked to run it again. */
    RERUN_REQUESTED,
    /** An input, a parameter or the code version has changed since it completed. */
    INPUT_CHANGED,
    /** Its checkpoint has no fingerprint. */
    NO_FINGERPRINT,
    /** It depends on other stages than when it completed. */
    UPSTREAM_SET_CHANGED,
    /** A stage before it was run again since. */
    UPSTREAM_RERUN,
    /** A stage before it runs. */
    UPSTREAM_RUNS,
    /** An output is missing. */
    OUTPUT_MISSING,
    /** An output has changed. */
    OUTPUT_CHANGED,

    // Blocked.
    /** This version cannot read its checkpoint. */
    UNREADABLE,
    /** An input is missing. */
    INPUT_MISSING,
    /** An input cannot be read or identified. */
    INPUT_UNREADABLE,
    /** An output cannot be read or identified. */
    OUTPUT_UNREADABLE,
    /** A stage before it is blocked or failed. */
    UPSTREAM_BLOCKED,
    /** A rollback of the location is not over, or has undone stages since the run started. */
    ROLLED_BACK,

    // In reports of runs only.
    /** Its task threw. */
    TASK_FAILED,
    /** Its task succeeded and its checkpoint was not saved. */
    NOT_SAVED,
    /** Its claim was lost while its task ran: repeatedly, or somebody took it away by force. */
    CLAIM_LOST,
    /** It has failed as often as allowed. */
    ATTEMPTS_EXHAUSTED,
    /** The store failed before it began. */
    STORE_FAILED,
    /** An execution around this run holds it: to wait for it would never end. */
    HELD_AROUND,
    /** Another worker has held it for longer than the run waits. */
    BUSY,
    /** The caller's executor refused it. */
    REJECTED,
    /** Its command could not be started; that is no attempt of the stage. */
    NOT_STARTED,
    /** The run was interrupted. */
    INTERRUPTED,
    /** The checkpoint of a stage before it was cleared while the pipeline ran. */
    UPSTREAM_CLEARED,
    /** Another worker completed a stage before it during the run, from other inputs. */
    UPSTREAM_CHANGED,
    /** Another worker completed it during the run, from other inputs. */
    OTHER_INPUTS,
    /** Another pipeline completed a stage of the same name in the same location during the run. */
    OTHER_PIPELINE
  }

  public Reason {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(sentence, "sentence");
  }
}
