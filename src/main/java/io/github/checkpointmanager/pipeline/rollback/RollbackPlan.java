package io.github.checkpointmanager.pipeline.rollback;

import io.github.checkpointmanager.Checkpoint;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a rollback will do. Immutable.
 *
 * @param target the stage to go back to; empty when everything is undone
 * @param steps in order: the last stage of the pipeline first
 * @param resumed whether it resumes an interrupted rollback
 */
public record RollbackPlan(Optional<String> target, List<RollbackStep> steps, boolean resumed) {
  public RollbackPlan {
    Objects.requireNonNull(target, "target");
    steps = List.copyOf(steps);
  }

  /**
   * One stage that a rollback undoes. Immutable.
   *
   * @param checkpoint the checkpoint that is undone
   * @param action what the rollback does
   * @param attempt the number of the compensation's next attempt; 0 when it does not run
   */
  public record RollbackStep(Checkpoint checkpoint, Action action, long attempt) {
    /** What a rollback does with a completed stage. */
    public enum Action {
      /** Runs its compensation, then deletes its checkpoint. */
      COMPENSATE,
      /** Only deletes its checkpoint: it declares no compensation. */
      FORGET,
      /** Only deletes its checkpoint: its compensation has returned before. */
      RESUME
    }

    public RollbackStep {
      Objects.requireNonNull(checkpoint, "checkpoint");
      Objects.requireNonNull(action, "action");
    }

    public String stage() {
      return checkpoint.stage();
    }

    /** Names the work that is undone; a restored checkpoint has the origin of its original. */
    String origin() {
      return origin(checkpoint);
    }

    static String origin(Checkpoint checkpoint) {
      return checkpoint.originId().orElseGet(() -> "version-" + checkpoint.version().value());
    }
  }
}
