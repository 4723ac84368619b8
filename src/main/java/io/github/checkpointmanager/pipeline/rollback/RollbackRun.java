package io.github.checkpointmanager.pipeline.rollback;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.rollback.RollbackJournal.Event;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan.RollbackStep;
import io.github.checkpointmanager.store.Explained;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * One rollback, as the owner of the journal. The order of its requests excludes claimed runs: it
 * starts the journal, and then reads the claims; a run claims, and then reads the journal. So of a
 * rollback and a run at once at least one sees the other. For one thread.
 */
final class RollbackRun {
  private final RollbackSettings settings;
  private final JournalFile file;
  private final StageUndo stages;

  RollbackRun(RollbackSettings settings, JournalFile file) {
    this.settings = settings;
    this.file = file;
    this.stages =
        new StageUndo(
            settings.checkpoints(), settings.claiming().overridingMaxAttempts(), settings.timing());
  }

  RollbackReport run() {
    RollbackPlan first = settings.planner().plan(file.unfinished());
    requireNoObstacle(first); // before anybody is disturbed
    return asOwner(
        settings.target(),
        () -> {
          RollbackPlan plan = prepared(first.resumed());
          return undone(plan);
        });
  }

  /** Carries out some work as the owner of the journal, and gives it up when the work fails. */
  private <T> T asOwner(String target, Supplier<T> work) {
    file.take(target, settings.lease());
    try {
      return withHeartbeat(work);
    } catch (RuntimeException e) {
      try {
        file.giveUp();
      } catch (CheckpointException after) {
        e.addSuppressed(after); // then the journal ends with its lease
      }
      throw e;
    }
  }

  private <T> T withHeartbeat(Supplier<T> work) {
    if (!settings.heartbeats()) {
      return work.get();
    }
    JournalHeartbeat heartbeat = JournalHeartbeat.start(file, settings.lease());
    try {
      return work.get();
    } finally {
      heartbeat.close();
    }
  }

  /**
   * The plan as it is once no claimed run can change it any more. If a worker is at work, or the
   * plan has an obstacle, a rollback that has just begun closes its journal as if it had never
   * begun.
   */
  private RollbackPlan prepared(boolean resumed) {
    try {
      new RunningStages(settings.checkpoints(), settings.claiming(), stages, resumed).requireNone();
      RollbackPlan plan = settings.planner().plan(resumed ? file.unfinished() : Optional.empty());
      requireNoObstacle(plan);
      return plan;
    } catch (RollbackException | CheckpointException e) {
      if (!resumed) {
        withdraw(e);
      }
      throw e;
    }
  }

  private <E extends RuntimeException & Explained> void withdraw(E cause) {
    try {
      file.withdraw(cause.why());
    } catch (CheckpointException e) {
      cause.addSuppressed(e);
    }
  }

  private static void requireNoObstacle(RollbackPlan plan) {
    if (plan.obstacle().isPresent()) {
      throw plan.obstacle().get();
    }
  }

  private RollbackReport undone(RollbackPlan plan) {
    List<String> undone = new ArrayList<>();
    for (RollbackStep step : plan.steps()) {
      settings.listener().accept(step);
      Optional<RollbackReport.Failure> failure = undo(step);
      if (failure.isPresent()) {
        return new RollbackReport(plan, undone, failure);
      }
      undone.add(step.stage());
    }
    file.finish();
    return new RollbackReport(plan, undone, Optional.empty());
  }

  private Optional<RollbackReport.Failure> undo(RollbackStep step) {
    try (Claim claim = stages.claim(step.checkpoint())) {
      Optional<RollbackReport.Failure> failure =
          step.action() == RollbackStep.Action.COMPENSATE
              ? compensate(step, claim)
              : Optional.empty();
      if (failure.isEmpty()) {
        claim.withdraw();
      }
      return failure;
    }
  }

  private Optional<RollbackReport.Failure> compensate(RollbackStep step, Claim claim) {
    PipelineStage stage = settings.pipeline().stage(step.stage());
    file.add(Event.COMPENSATING, step, "");
    try {
      stage.compensation().orElseThrow().run(new CompensationContext(step, claim));
    } catch (Throwable e) { // an Error too belongs in the journal and the report
      // The interrupt was meant for the compensation, and S3 clients send nothing while it is set.
      boolean interrupted = Thread.interrupted() || e instanceof InterruptedException;
      try {
        file.fail(step, e.toString());
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

  /** See {@link Rollback#abandon}. */
  List<String> abandon() {
    Optional<RollbackJournal> unfinished = file.unfinished();
    if (unfinished.isEmpty()) {
      return List.of();
    }
    return asOwner(
        unfinished.get().target().orElse(""),
        () -> {
          List<String> pending = new ArrayList<>();
          for (Checkpoint checkpoint : halfUndone()) {
            try (Claim claim = stages.claim(checkpoint)) {
              claim.withdraw();
            }
            pending.add(checkpoint.stage());
          }
          file.abandon(
              pending.isEmpty()
                  ? "given up"
                  : "given up; made pending: "
                      + pending.stream().map(LogSafe::quoted).collect(Collectors.joining(", ")));
          return pending;
        });
  }

  /** The checkpoints that the unfinished journal says it began to undo. */
  List<Checkpoint> halfUndone() {
    return file.unfinished().stream()
        .flatMap(
            journal ->
                journal.begun().stream()
                    .flatMap(stage -> settings.checkpoints().get(stage).stream())
                    .filter(journal::hasBegun))
        .toList();
  }
}
