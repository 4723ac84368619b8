package io.github.checkpointmanager.pipeline.rollback;

import io.github.checkpointmanager.Checkpoint;
import java.util.Objects;

/**
 * One stage that a rollback undoes. Immutable.
 *
 * @param checkpoint the checkpoint that is undone
 * @param action what is done
 * @param attempt which attempt of the compensation it will be; 0 when none is run
 */
public record RollbackStep(Checkpoint checkpoint, Action action, long attempt) {
  /** What is done about a completed stage. */
  public enum Action {
    /** Its compensation is run, then its checkpoint is deleted. */
    COMPENSATE,
    /** It declares no compensation: only its checkpoint is deleted. */
    FORGET,
    /** Its compensation has returned before: only its checkpoint is left to be deleted. */
    RESUME
  }

  public RollbackStep {
    Objects.requireNonNull(checkpoint, "checkpoint");
    Objects.requireNonNull(action, "action");
  }

  public String stage() {
    return checkpoint.stage();
  }

  /** What names the work that is undone, also after a restore. */
  String origin() {
    return origin(checkpoint);
  }

  static String origin(Checkpoint checkpoint) {
    return checkpoint.originId().orElseGet(() -> "version-" + checkpoint.version().value());
  }
}
