package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.AccessDeniedException;
import io.github.checkpointmanager.CheckpointConflictException;
import io.github.checkpointmanager.CheckpointDamagedException;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimLostException;
import io.github.checkpointmanager.InvalidInputException;
import io.github.checkpointmanager.OutcomeUnknownException;
import io.github.checkpointmanager.StageNotSavedException;
import io.github.checkpointmanager.StoreUnavailableException;
import io.github.checkpointmanager.chaos.WorkerEvent.Kind;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineRunner;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.RunReport;
import io.github.checkpointmanager.pipeline.StageReport;
import io.github.checkpointmanager.pipeline.TaskContext;
import io.github.checkpointmanager.pipeline.rollback.Rollback;
import io.github.checkpointmanager.pipeline.rollback.RollbackException;
import io.github.checkpointmanager.pipeline.rollback.RollbackJournal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that runs a pipeline of a few stages, one after the other, again and again, and rolls
 * it back in between, until there is a file {@link Crowd#END}. Writes down what it does and learns.
 * With the name {@link #LAST} it ends what the others left undone, and runs the pipeline to its
 * end.
 */
public final class UndoWorker {
  static final String LAST = "last";

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(8);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Assignment assignment;
  private final CheckpointManager checkpoints;
  private final Journal journal;
  private final Validation validation;
  private final Random random;
  private final List<String> stages;
  private final Pipeline pipeline;

  /** Those of this worker's last tasks and compensations. */
  private final Map<String, Long> tokens = new ConcurrentHashMap<>();

  private UndoWorker(Assignment assignment, CheckpointManager checkpoints, Journal journal) {
    this.assignment = assignment;
    this.checkpoints = checkpoints;
    this.journal = journal;
    this.validation = new Validation(journal);
    this.random = new Random(assignment.seed() + assignment.worker().hashCode());
    this.stages = Assignment.stages(assignment.stageCount());
    this.pipeline = pipeline();
  }

  private Pipeline pipeline() {
    Pipeline.Builder chain = Pipeline.named("chaos");
    for (String stage : stages) {
      chain.then(PipelineStage.of(stage, this::work).compensation(this::compensate).build());
    }
    return chain.build();
  }

  /** As {@link Assignment#toArguments}. */
  public static void main(String[] arguments) throws Exception {
    Assignment assignment = Assignment.of(arguments);
    try (Journal journal = Journal.append(assignment.worker(), assignment.journal());
        CheckpointManager checkpoints =
            CheckpointManager.builder()
                .location(assignment.location())
                .user(assignment.worker())
                .open()) {
      UndoWorker worker = new UndoWorker(assignment, checkpoints, journal);
      if (assignment.worker().equals(LAST)) {
        worker.finishAll();
      } else {
        worker.run();
      }
    }
  }

  private void run() {
    Path end = assignment.journal().resolveSibling(Crowd.END);
    while (!Files.exists(end)) {
      boolean complete = tried(this::runPipeline);
      LockSupport.parkNanos(100_000_000 + random.nextInt(900_000_000));
      if (random.nextInt(complete ? 2 : 12) == 0) {
        tried(this::rollBack);
      } else if (random.nextInt(3) == 0) {
        tried(this::endUnfinished);
      }
    }
    journal.write(Kind.FINISHED, "-", "");
  }

  private void finishAll() {
    long begin = System.nanoTime();
    boolean complete = false;
    while (!complete && System.nanoTime() - begin < PATIENCE.toNanos()) {
      tried(this::endUnfinished);
      complete = tried(this::runPipeline);
    }
    journal.write(complete ? Kind.FINISHED : Kind.UNEXPECTED, "-", "the last run");
  }

  /** Whether all went well. */
  private boolean tried(Runnable action) {
    try {
      action.run();
      return true;
    } catch (IncompleteException e) {
      return false;
    } catch (RollbackException e) {
      boolean refused =
          e.kind() == RollbackException.Kind.BUSY || e.kind() == RollbackException.Kind.CONFLICT;
      journal.write(refused ? Kind.NOT_UNDONE : Kind.UNEXPECTED, "-", e.toString());
      return false;
    } catch (CheckpointException e) {
      journal.write(isAllowed(e) ? Kind.STORE_FAILED : Kind.UNEXPECTED, "-", e.toString());
      return false;
    }
  }

  private static final class IncompleteException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static boolean isAllowed(CheckpointException e) {
    return !(e instanceof InvalidInputException
        || e instanceof AccessDeniedException
        || e instanceof CheckpointDamagedException);
  }

  private void entered(String what) {
    stages.forEach(stage -> journal.write(Kind.ENTERED, stage, what));
  }

  private void runPipeline() {
    entered("run");
    RunReport report =
        PipelineRunner.of(checkpoints)
            .claiming(assignment.lease())
            .waitAtMost(random.nextBoolean() ? LONGEST_WAIT : Duration.ZERO)
            .run(pipeline);
    validation.end();
    report.stages().forEach(this::record);
    if (!report.isComplete()) {
      throw new IncompleteException();
    }
  }

  private void record(StageReport report) {
    String why = report.reason().toString();
    switch (report.outcome()) {
      case RAN -> write(Kind.SAVED, report.stage(), why);
      case SKIPPED -> write(Kind.SKIPPED, report.stage(), why);
      case BLOCKED -> write(Kind.BUSY, report.stage(), why);
      case FAILED, NOT_SAVED -> {
        Throwable failure = report.failure().orElseThrow();
        write(kindOf(failure), report.stage(), failure.toString());
      }
    }
  }

  private static Kind kindOf(Throwable failure) {
    Throwable cause = failure instanceof StageNotSavedException ? failure.getCause() : failure;
    if (cause instanceof ByChanceException) {
      return Kind.TASK_FAILED;
    } else if (cause instanceof ClaimLostException
        || cause instanceof CheckpointConflictException) {
      return Kind.LOST;
    } else if (cause instanceof OutcomeUnknownException) {
      return Kind.UNKNOWN;
    }
    return cause instanceof StoreUnavailableException ? Kind.STORE_FAILED : Kind.UNEXPECTED;
  }

  private void endUnfinished() {
    if (unfinished().isPresent()) {
      rollBack();
    }
  }

  /** Undoes all, or some; or goes on with, or gives up, what another has begun. */
  private void rollBack() {
    Optional<RollbackJournal> other = unfinished();
    if (other.isPresent() && random.nextInt(4) == 0) {
      abandon();
      return;
    }
    Optional<String> target =
        other.isPresent()
            ? other.get().target()
            : Optional.of(stages.get(0)).filter(stage -> random.nextInt(3) == 0);
    entered("rollback");
    Rollback all = Rollback.of(checkpoints, pipeline).lease(assignment.lease());
    try {
      var report = target.map(all::to).orElse(all).run();
      report.undone().forEach(stage -> write(Kind.UNDONE, stage, ""));
      report
          .failure()
          .ifPresent(
              failure ->
                  write(
                      failure.cause() instanceof ByChanceException
                          ? Kind.NOT_UNDONE
                          : Kind.UNEXPECTED,
                      failure.stage(),
                      failure.cause().toString()));
    } finally {
      validation.end();
    }
  }

  private Optional<RollbackJournal> unfinished() {
    return Rollback.journal(checkpoints).filter(found -> !found.isFinished());
  }

  private void abandon() {
    entered("abandon");
    stages.forEach(stage -> journal.write(Kind.ABANDONING, stage, ""));
    List<String> pending = Rollback.of(checkpoints, pipeline).lease(assignment.lease()).abandon();
    for (String stage : stages) {
      journal.write(pending.contains(stage) ? Kind.ABANDONED : Kind.NOT_ABANDONED, stage, "");
    }
  }

  private void work(TaskContext context) throws ByChanceException {
    begin(Kind.CLAIMED, context);
    takeTime();
    boolean fails = random.nextInt(10) == 0;
    write(Kind.TASK_ENDED, context.stage(), fails ? "fails" : "");
    if (fails) {
      throw new ByChanceException();
    }
  }

  private void compensate(TaskContext context) throws ByChanceException {
    begin(Kind.COMPENSATING, context);
    takeTime();
    boolean fails = random.nextInt(10) == 0;
    write(fails ? Kind.COMPENSATION_FAILED : Kind.COMPENSATED, context.stage(), "");
    if (fails) {
      throw new ByChanceException();
    }
  }

  private void takeTime() {
    LockSupport.parkNanos(100_000_000 + random.nextInt(700_000_000));
  }

  /** A failure of a task's or compensation's own. */
  private static final class ByChanceException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private void begin(Kind kind, TaskContext context) {
    tokens.put(context.stage(), context.fencingToken().orElseThrow());
    write(kind, context.stage(), "");
    validation.begin(context);
  }

  /** With the token of this worker's last task or compensation of the stage. */
  private void write(Kind kind, String stage, String detail) {
    journal.write(kind, System.nanoTime(), stage, 0, tokens.getOrDefault(stage, 0L), detail);
  }
}
