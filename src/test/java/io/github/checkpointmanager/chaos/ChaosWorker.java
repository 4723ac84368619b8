package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.AccessDeniedException;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimLostException;
import io.github.checkpointmanager.OutcomeUnknownException;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.StageBusyException;
import io.github.checkpointmanager.StageContext;
import io.github.checkpointmanager.StageNotSavedException;
import io.github.checkpointmanager.StageOptions;
import io.github.checkpointmanager.StageResult;
import io.github.checkpointmanager.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A program that executes the stages that are left, until all are completed, and writes down what
 * it does and learns.
 */
public final class ChaosWorker {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

  /** Fewer stages than workers, so that most stages have a waiter. */
  private static final int AT_ONCE = 8;

  private final Assignment assignment;
  private final CheckpointManager checkpoints;
  private final Journal journal;
  private final Validation validation;
  private final Random random;

  private ChaosWorker(Assignment assignment, CheckpointManager checkpoints, Journal journal) {
    this.assignment = assignment;
    this.checkpoints = checkpoints;
    this.journal = journal;
    this.validation = new Validation(journal);
    this.random = new Random(assignment.seed() + assignment.worker().hashCode());
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
      new ChaosWorker(assignment, checkpoints, journal).run();
    }
  }

  private void run() {
    List<String> left = new ArrayList<>(Assignment.stages(assignment.stageCount()));
    boolean wait = false;
    while (!left.isEmpty()) {
      int index = random.nextInt(Math.min(left.size(), AT_ONCE));
      WorkerEvent.Kind end = execute(left.get(index), wait || random.nextBoolean());
      wait = end == WorkerEvent.Kind.BUSY; // rather than ask one after the other without a pause
      switch (end) {
        case SAVED, ALREADY_SAVED, SKIPPED -> left.remove(index);
        default -> {}
      }
    }
    journal.write(WorkerEvent.Kind.FINISHED, "-", "");
  }

  private WorkerEvent.Kind execute(String stage, boolean waiting) {
    StageOptions options = StageOptions.exclusive(assignment.lease());
    Execution execution = new Execution(stage);
    journal.write(WorkerEvent.Kind.ENTERED, stage, waiting ? "waits" : "fails when busy");
    try {
      return execution.record(
          checkpoints.stage(
              stage,
              waiting ? options.waitAtMost(LONGEST_WAIT) : options.failWhenBusy(),
              execution::work));
    } catch (TaskFailedException e) {
      return execution.record(WorkerEvent.Kind.TASK_FAILED, "");
    } catch (StageBusyException e) {
      return execution.record(WorkerEvent.Kind.BUSY, e.why());
    } catch (StageNotSavedException e) {
      return execution.notSaved(e);
    } catch (StoreUnavailableException | OutcomeUnknownException e) {
      return execution.record(WorkerEvent.Kind.STORE_FAILED, String.valueOf(e.getMessage()));
    } catch (CheckpointException e) {
      return execution.record(
          isSkewed(e) ? WorkerEvent.Kind.STORE_FAILED : WorkerEvent.Kind.UNEXPECTED, e.toString());
    } finally {
      validation.end();
    }
  }

  /**
   * Whether the server refused the last try because the worker's clock had jumped. The client
   * corrects its time after such a reply; it does not when the network took all other tries.
   */
  private static boolean isSkewed(@Nullable Throwable failure) {
    return failure instanceof AccessDeniedException
        && failure.toString().contains("RequestTimeTooSkewed");
  }

  /** A task's own failure. */
  private static final class TaskFailedException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /** One call. */
  private final class Execution {
    private final String stage;
    private long attempt;
    private long token;

    Execution(String stage) {
      this.stage = stage;
    }

    void work(StageContext context) throws TaskFailedException {
      attempt = context.attempt();
      token = context.fencingToken();
      record(WorkerEvent.Kind.CLAIMED, "");
      validation.begin(context);
      LockSupport.parkNanos(assignment.taskLength(stage).toNanos());
      record(WorkerEvent.Kind.TASK_ENDED, "");
      if (assignment.fails(stage, attempt)) {
        throw new TaskFailedException();
      }
    }

    WorkerEvent.Kind record(WorkerEvent.Kind kind, String detail) {
      journal.write(kind, System.nanoTime(), stage, attempt, token, detail);
      return kind;
    }

    WorkerEvent.Kind record(StageResult result) {
      String writeId = result.checkpoint().orElseThrow().writeId().orElseThrow();
      return record(result.saved().map(this::kindOf).orElse(WorkerEvent.Kind.SKIPPED), writeId);
    }

    private WorkerEvent.Kind kindOf(SaveResult saved) {
      return saved.isSaved() ? WorkerEvent.Kind.SAVED : WorkerEvent.Kind.ALREADY_SAVED;
    }

    WorkerEvent.Kind notSaved(StageNotSavedException failure) {
      Throwable cause = failure.getCause();
      if (cause instanceof ClaimLostException) {
        return record(WorkerEvent.Kind.LOST, "");
      }
      if (cause instanceof OutcomeUnknownException unknown) {
        record(WorkerEvent.Kind.UNKNOWN, String.valueOf(unknown.getMessage()));
        return retry(unknown);
      }
      return record(
          cause instanceof StoreUnavailableException || isSkewed(cause)
              ? WorkerEvent.Kind.STORE_FAILED
              : WorkerEvent.Kind.UNEXPECTED,
          String.valueOf(cause));
    }

    /** The same bytes once more, though the claim may be another's by now. */
    private WorkerEvent.Kind retry(OutcomeUnknownException unknown) {
      try {
        SaveResult saved = unknown.retry();
        return record(kindOf(saved), saved.checkpoint().orElseThrow().writeId().orElseThrow());
      } catch (OutcomeUnknownException e) {
        return record(WorkerEvent.Kind.UNKNOWN, String.valueOf(e.getMessage()));
      }
    }
  }
}
