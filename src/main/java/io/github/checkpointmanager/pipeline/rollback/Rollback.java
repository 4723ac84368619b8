package io.github.checkpointmanager.pipeline.rollback;

import io.github.checkpointmanager.CheckReturnValue;
import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan.RollbackStep;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Undoes completed stages of a pipeline in reverse order, by the compensations that they declare
 * (H. Garcia-Molina and K. Salem, "Sagas", SIGMOD 1987). An undone stage is no longer completed.
 *
 * <p>The rollback journals each compensation before and after it runs, in the location's {@code
 * rollback.journal}. An interrupted rollback resumes when it is run again. A compensation runs
 * <em>at least once</em>: it must be idempotent, and gets the number of its attempt. A compensation
 * that throws stops the rollback; the next rollback tries it again.
 *
 * <p>A rollback and claimed runs of the same location exclude each other. The rollback starts its
 * journal and then looks for live claims; if there is one, it gives up before it undoes anything. A
 * claimed run reads the journal after each claim; if a rollback is under way or has been since the
 * run started, the stage is blocked. Plain saves and runs without claims are not kept out. The
 * journal has an owner with a lease: of two rollbacks at once, one is refused, and the journal of a
 * killed one is taken over after its lease and margin. A stage that <em>failed</em> has no
 * checkpoint and is not undone.
 *
 * <p>A stage whose compensation began and did not return stays completed, and no pipeline runs in
 * the location until a rollback has finished it or {@link #abandon} has made it pending.
 *
 * <p>A compensation gets the parameters with which its stage ran, as its checkpoint records them;
 * {@link RollbackPlan} says where they differ from those that the pipeline declares now. Completed
 * stages that the pipeline no longer declares are not undone: see {@link #leaveUndeclared}.
 *
 * <p>Immutable and thread-safe.
 */
public final class Rollback {
  private static final Duration DEFAULT_LEASE = Duration.ofSeconds(20);

  private final RollbackSettings settings;

  private Rollback(RollbackSettings settings) {
    this.settings = settings;
  }

  /** Returns a rollback of all stages. */
  public static Rollback of(CheckpointManager checkpoints, Pipeline pipeline) {
    return new Rollback(
        new RollbackSettings(
            Objects.requireNonNull(checkpoints, "checkpoints"),
            Objects.requireNonNull(pipeline, "pipeline"),
            "",
            false,
            false,
            DEFAULT_LEASE,
            true,
            Timing.system(),
            step -> {}));
  }

  /**
   * Limits the rollback to the stages that depend on this one, directly or not. This stage and all
   * others stay completed.
   *
   * @throws io.github.checkpointmanager.pipeline.PipelineDefinitionException there is no such
   *     stage; the message names the nearest
   */
  public Rollback to(String stage) {
    return new Rollback(settings.to(settings.pipeline().stage(stage).name()));
  }

  /**
   * Sets the lease of the journal and of the claims on the stages being undone; 20 s by default, at
   * least 5 s.
   */
  public Rollback lease(Duration duration) {
    return new Rollback(settings.lasting(duration));
  }

  /** Sets a listener that is called before each step, on the thread of the rollback. */
  public Rollback listener(Consumer<RollbackStep> value) {
    return new Rollback(settings.telling(Objects.requireNonNull(value, "value")));
  }

  /**
   * Leaves completed stages as they are that this pipeline no longer declares. Without this, the
   * rollback is refused when there are any: it does not know how to undo them, and "everything is
   * undone" would be false.
   */
  public Rollback leaveUndeclared() {
    return new Rollback(settings.leavingUndeclared());
  }

  /**
   * Undoes stages too that a pipeline of another name completed in this location. By default they
   * are refused, as by a run.
   */
  public Rollback adopt() {
    return new Rollback(settings.adopting());
  }

  /** Renews nothing in the background, and waits by this clock: the seam of tests. */
  Rollback drivenBy(Timing timing) {
    return new Rollback(settings.drivenBy(timing));
  }

  /** Returns the journal of the location's last rollback, finished or not. 1 GET. */
  public static Optional<RollbackJournal> journal(CheckpointManager checkpoints) {
    return new JournalFile(checkpoints, Timing.system()).journal();
  }

  /**
   * Returns what {@link #run} would do. LISTs, 1 GET for each checkpoint, and 1 GET for the
   * journal.
   *
   * @throws RollbackException a rollback to another target was interrupted
   * @throws io.github.checkpointmanager.InvalidInputException another pipeline has completed a
   *     stage that it would undo, see {@link #adopt}
   */
  public RollbackPlan plan() {
    return settings.planner().plan(settings.journal().unfinished());
  }

  /**
   * Undoes. Besides {@link #plan}: LISTs and 1 GET for each claim without checkpoint, {@link #plan}
   * again, 2 PUT for the journal as a whole and 1 for each third of its lease, and for each stage 4
   * PUT, 1 GET, 1 DeleteObjects, and 2 PUT for the journal.
   *
   * @return what was undone, and where a compensation failed
   * @throws RollbackException a rollback to another target was interrupted, stages are being
   *     executed, another rollback is under way, or the plan has an {@linkplain
   *     RollbackPlan#obstacle obstacle}; nothing was undone, unless the message says otherwise
   * @throws io.github.checkpointmanager.CheckpointException a record could not be read, written or
   *     deleted, or another rollback went on in this one's place; run it again
   */
  @CheckReturnValue
  public RollbackReport run() {
    return new RollbackRun(settings, settings.journal()).run();
  }

  /**
   * Returns the stages that {@link #abandon} would make pending: an interrupted rollback began to
   * undo them, and they still have that checkpoint. 1 GET, and 1 for each stage that it began.
   */
  public List<String> halfUndone() {
    return new RollbackRun(settings, settings.journal())
        .halfUndone().stream().map(Checkpoint::stage).toList();
  }

  /**
   * Gives up an interrupted rollback: deletes the checkpoint of each stage whose compensation
   * began, so that the stage is pending, and closes the journal. What was undone stays undone; all
   * other stages stay completed. Whoever calls it has looked at what a compensation left half done.
   * 1 GET; 2 PUT for the journal, and for each such stage 2 GET, 4 PUT and 1 DeleteObjects.
   *
   * @return the stages that are pending now; empty also when no rollback was interrupted
   * @throws RollbackException another rollback is under way, or a worker executes such a stage
   * @throws io.github.checkpointmanager.CheckpointException a record could not be read, written or
   *     deleted; call it again
   */
  public List<String> abandon() {
    return new RollbackRun(settings, settings.journal()).abandon();
  }
}
