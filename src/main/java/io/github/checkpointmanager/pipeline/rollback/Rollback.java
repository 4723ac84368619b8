package io.github.checkpointmanager.pipeline.rollback;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.CheckReturnValue;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.StageClaimer;
import io.github.checkpointmanager.StageState;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.rollback.RollbackJournal.Event;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan.RollbackStep;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Undoes completed stages of a pipeline in reverse order, by the compensations that they declare
 * (H. Garcia-Molina and K. Salem, "Sagas", SIGMOD 1987). An undone stage is no longer completed.
 *
 * <p>The rollback journals each compensation before and after it runs, in the location's {@code
 * rollback.journal}. An interrupted rollback resumes when it is run again. A compensation runs
 * <em>at least once</em>: it must be idempotent, and gets the number of its attempt. A compensation
 * that throws stops the rollback; the next rollback tries it again.
 *
 * <p>The rollback holds the claim of the stage that it undoes, so no other worker runs or undoes
 * it; of two rollbacks at once, one is refused. It waits for the claim of a killed rollback, no
 * longer than its lease and margin. A stage that <em>failed</em> has no checkpoint and is not
 * undone.
 *
 * <p>A compensation gets the parameters with which its stage ran, as its checkpoint records them;
 * {@link RollbackPlan} says where they differ from those that the pipeline declares now. Completed
 * stages that the pipeline no longer declares are not undone: see {@link #leaveUndeclared}.
 *
 * <p>Immutable and thread-safe.
 */
public final class Rollback {
  private static final Duration DEFAULT_LEASE = Duration.ofSeconds(20);

  private final CheckpointManager checkpoints;
  private final Pipeline pipeline;
  private final String target;
  private final boolean leavesUndeclared;
  private final boolean adopts;
  private final Duration lease;
  private final Consumer<RollbackStep> listener;

  private Rollback(
      CheckpointManager checkpoints,
      Pipeline pipeline,
      String target,
      boolean leavesUndeclared,
      boolean adopts,
      Duration lease,
      Consumer<RollbackStep> listener) {
    this.checkpoints = checkpoints;
    this.pipeline = pipeline;
    this.target = target;
    this.leavesUndeclared = leavesUndeclared;
    this.adopts = adopts;
    this.lease = lease;
    this.listener = listener;
  }

  /** Returns a rollback of all stages. */
  public static Rollback of(CheckpointManager checkpoints, Pipeline pipeline) {
    return new Rollback(
        Objects.requireNonNull(checkpoints, "checkpoints"),
        Objects.requireNonNull(pipeline, "pipeline"),
        "",
        false,
        false,
        DEFAULT_LEASE,
        step -> {});
  }

  /**
   * Limits the rollback to the stages that depend on this one, directly or not. This stage and all
   * others stay completed.
   *
   * @throws io.github.checkpointmanager.pipeline.PipelineDefinitionException there is no such
   *     stage; the message names the nearest
   */
  public Rollback to(String stage) {
    return new Rollback(
        checkpoints,
        pipeline,
        pipeline.stage(stage).name(),
        leavesUndeclared,
        adopts,
        lease,
        listener);
  }

  /** Sets the lease of the claims on the stages being undone; 20 s by default, at least 5 s. */
  public Rollback lease(Duration duration) {
    return new Rollback(
        checkpoints, pipeline, target, leavesUndeclared, adopts, duration, listener);
  }

  /** Sets a listener that is called before each step, on the thread of the rollback. */
  public Rollback listener(Consumer<RollbackStep> value) {
    return new Rollback(
        checkpoints,
        pipeline,
        target,
        leavesUndeclared,
        adopts,
        lease,
        Objects.requireNonNull(value, "value"));
  }

  /**
   * Leaves completed stages as they are that this pipeline no longer declares. Without this, the
   * rollback is refused when there are any: it does not know how to undo them, and "everything is
   * undone" would be false.
   */
  public Rollback leaveUndeclared() {
    return new Rollback(checkpoints, pipeline, target, true, adopts, lease, listener);
  }

  /**
   * Undoes stages too that a pipeline of another name completed in this location. By default they
   * are refused, as by a run.
   */
  public Rollback adopt() {
    return new Rollback(checkpoints, pipeline, target, leavesUndeclared, true, lease, listener);
  }

  /** Returns the journal of the location's last rollback, finished or not. 1 GET. */
  public static Optional<RollbackJournal> journal(CheckpointManager checkpoints) {
    return new JournalFile(checkpoints).journal();
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
    return plan(new JournalFile(checkpoints));
  }

  private RollbackPlan plan(JournalFile file) {
    return planner().plan(file.unfinished());
  }

  private RollbackPlanner planner() {
    return new RollbackPlanner(checkpoints, pipeline, target, leavesUndeclared, adopts);
  }

  /**
   * Undoes. Besides {@link #plan}: LISTs and 1 GET for each claim without checkpoint, 2 PUT for the
   * journal as a whole, and for each stage 4 PUT, 1 DeleteObjects, and 2 PUT for the journal.
   *
   * @return what was undone, and where a compensation failed
   * @throws RollbackException a rollback to another target was interrupted, stages are being
   *     executed, or the plan has an {@linkplain RollbackPlan#obstacle obstacle}
   * @throws io.github.checkpointmanager.CheckpointException a record could not be read, written or
   *     deleted, or another rollback went on in this one's place; run it again
   */
  @CheckReturnValue
  public RollbackReport run() {
    JournalFile file = new JournalFile(checkpoints);
    RollbackPlan plan = plan(file);
    if (plan.obstacle().isPresent()) {
      throw plan.obstacle().get();
    }
    requireNothingRuns();
    if (!plan.resumed()) {
      file.start(target);
    }
    List<String> undone = new ArrayList<>();
    for (RollbackStep step : plan.steps()) {
      listener.accept(step);
      Optional<RollbackReport.Failure> failure = undo(step, file);
      if (failure.isPresent()) {
        return new RollbackReport(plan, undone, failure);
      }
      undone.add(step.stage());
    }
    file.finish(target);
    return new RollbackReport(plan, undone, Optional.empty());
  }

  private void requireNothingRuns() {
    List<String> running =
        checkpoints.status().stream()
            .filter(status -> status.state() == StageState.RUNNING)
            .map(StageStatus::stage)
            .toList();
    if (!running.isEmpty()) {
      throw busy(running.stream().map(LogSafe::quoted).collect(Collectors.joining(", ")));
    }
  }

  private static RollbackException busy(String why) {
    return new RollbackException(
        RollbackException.Kind.BUSY,
        "The rollback stopped",
        "a worker is executing " + why,
        "Wait until it has finished, or end its claim (`checkpoint release STAGE --force`), then"
            + " run the rollback again",
        null);
  }

  private Optional<RollbackReport.Failure> undo(RollbackStep step, JournalFile file) {
    ClaimOptions options = ClaimOptions.lease(lease).rerun(step.checkpoint());
    try (Claim claim = claim(step.stage(), options)) {
      requireUnchanged(step);
      Optional<RollbackReport.Failure> failure =
          step.action() == RollbackStep.Action.COMPENSATE
              ? compensate(step, file, claim)
              : Optional.empty();
      if (failure.isEmpty()) {
        claim.withdraw();
      }
      return failure;
    }
  }

  /**
   * Claims a stage. Waits while its holder does not renew the claim, as after a killed rollback; a
   * renewal shows that the holder is alive.
   */
  private Claim claim(String stage, ClaimOptions options) {
    StageClaimer claimer = checkpoints.claimer(stage);
    RenewalWatch watch = new RenewalWatch();
    ClaimResult taken;
    try {
      taken = claimer.await(Optional.empty(), () -> claimer.tryClaim(options), watch);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw busy(quoted(stage) + ": " + watch.reason);
    }
    if (taken instanceof ClaimResult.Held held) {
      return held.claim();
    }
    if (taken instanceof ClaimResult.Busy busy) {
      throw busy(quoted(stage) + ": " + busy.reason());
    }
    throw new IllegalStateException("a claim that runs a stage again gave " + taken);
  }

  /** Waits for a claim until it is renewed. A claim that cannot be read shows no renewal. */
  private static final class RenewalWatch implements StageClaimer.Sleeper {
    private @Nullable Instant firstSeen;
    private String reason = "";

    @Override
    public boolean sleep(ClaimResult.Busy busy, Duration pause) throws InterruptedException {
      reason = busy.reason();
      Instant renewed = busy.by().map(ClaimInfo::renewedAt).orElse(Instant.EPOCH);
      firstSeen = firstSeen == null ? renewed : firstSeen;
      if (!renewed.equals(firstSeen)) {
        return false;
      }
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
      return true;
    }
  }

  /** Another rollback may have undone the stage, and a run completed it again, before the claim. */
  private void requireUnchanged(RollbackStep step) {
    Optional<String> now = checkpoints.get(step.stage()).map(RollbackStep::origin);
    if (!now.equals(Optional.of(step.origin()))) {
      throw new RollbackException(
          RollbackException.Kind.CONFLICT,
          "The rollback stopped",
          "the checkpoint of " + quoted(step.stage()) + " changed since it was planned",
          "Find out who else works on it, then run the rollback again",
          null);
    }
  }

  private Optional<RollbackReport.Failure> compensate(
      RollbackStep step, JournalFile file, Claim claim) {
    PipelineStage stage = pipeline.stage(step.stage());
    file.add(Event.COMPENSATING, step, "");
    try {
      stage.compensation().orElseThrow().run(new CompensationContext(step, claim));
    } catch (Throwable e) { // an Error too belongs in the journal and the report
      // The interrupt was meant for the compensation, and S3 clients send nothing while it is set.
      boolean interrupted = Thread.interrupted() || e instanceof InterruptedException;
      try {
        file.add(Event.FAILED, step, described(e));
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
      return Optional.of(new RollbackReport.Failure(stage.name(), step.attempt(), e));
    }
    file.add(Event.COMPENSATED, step, "");
    return Optional.empty();
  }

  private static String described(Throwable e) {
    String message = e.getMessage();
    return e.getClass().getName() + (message == null ? "" : ": " + message);
  }
}
