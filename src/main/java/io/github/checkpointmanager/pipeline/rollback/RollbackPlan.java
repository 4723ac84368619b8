package io.github.checkpointmanager.pipeline.rollback;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.internal.record.LogSafe;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a rollback will do. Immutable.
 *
 * @param target the stage to go back to; empty when everything is undone
 * @param steps in order: the last stage of the pipeline first
 * @param resumed whether it resumes an interrupted rollback
 * @param undeclared completed stages of this pipeline that it no longer declares, sorted; no
 *     rollback undoes them
 * @param leavesUndeclared whether the rollback runs all the same, see {@link
 *     Rollback#leaveUndeclared}
 */
public record RollbackPlan(
    Optional<String> target,
    List<RollbackStep> steps,
    boolean resumed,
    List<String> undeclared,
    boolean leavesUndeclared) {
  public RollbackPlan {
    Objects.requireNonNull(target, "target");
    steps = List.copyOf(steps);
    undeclared = List.copyOf(undeclared);
  }

  /** Why {@link Rollback#run} would refuse this plan; empty when it would carry it out. */
  public Optional<RollbackException> obstacle() {
    if (!undeclared.isEmpty() && !leavesUndeclared) {
      return Optional.of(
          refused(
              "the pipeline does not declare "
                  + undeclared.stream().map(LogSafe::quoted).collect(Collectors.joining(", "))
                  + ", completed by an earlier declaration of it",
              "Declare these stages again, so that they are undone too, or say that they stay"
                  + " completed (--leave-undeclared, leaveUndeclared())"));
    }
    return steps.stream().flatMap(step -> step.lostParameter().stream()).findFirst();
  }

  private static RollbackException refused(String why, String remedy) {
    return new RollbackException(
        RollbackException.Kind.INVALID, "The rollback did not begin", why, remedy, null);
  }

  /**
   * One stage that a rollback undoes. Immutable.
   *
   * @param checkpoint the checkpoint that is undone
   * @param action what the rollback does
   * @param attempt the number of the compensation's next attempt; 0 when it does not run
   * @param parameters what the compensation gets, sorted by name; empty when it does not run
   */
  public record RollbackStep(
      Checkpoint checkpoint, Action action, long attempt, List<StepParameter> parameters) {
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
      parameters = List.copyOf(parameters);
    }

    public String stage() {
      return checkpoint.stage();
    }

    private Optional<RollbackException> lostParameter() {
      return parameters.stream()
          .filter(parameter -> parameter.source() == StepParameter.Source.LOST)
          .findFirst()
          .map(
              lost ->
                  refused(
                      quoted(stage())
                          + " ran with another value of its parameter "
                          + quoted(lost.name())
                          + ", of which only the digest was recorded",
                      "Declare the value with which it ran, then run the rollback again"));
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
