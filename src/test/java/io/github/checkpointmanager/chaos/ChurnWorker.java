package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointConflictException;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimLostException;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.ClearIncompleteException;
import io.github.checkpointmanager.OutcomeUnknownException;
import io.github.checkpointmanager.StageBusyException;
import io.github.checkpointmanager.StoreUnavailableException;
import io.github.checkpointmanager.chaos.WorkerEvent.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that executes a few stages again and again, completed or not, and clears them in
 * between without force, until there is a file {@link Crowd#END}. Writes down what it does and
 * learns.
 */
public final class ChurnWorker {
  private final Assignment assignment;
  private final CheckpointManager checkpoints;
  private final Journal journal;
  private final Validation validation;
  private final Random random;

  private ChurnWorker(Assignment assignment, CheckpointManager checkpoints, Journal journal) {
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
      new ChurnWorker(assignment, checkpoints, journal).run();
    }
  }

  private void run() {
    List<String> stages = Assignment.stages(assignment.stageCount());
    Path end = assignment.journal().resolveSibling(Crowd.END);
    while (!Files.exists(end)) {
      String stage = stages.get(random.nextInt(stages.size()));
      try {
        switch (random.nextInt(8)) {
          case 0 -> clear(List.of(stage));
          case 1 -> clear(stages);
          default -> execute(stage);
        }
      } catch (StoreUnavailableException | OutcomeUnknownException e) {
        journal.write(Kind.STORE_FAILED, stage, String.valueOf(e.getMessage()));
      } catch (CheckpointException e) {
        journal.write(Kind.UNEXPECTED, stage, e.toString());
      }
    }
    journal.write(Kind.FINISHED, "-", "");
  }

  private void clear(List<String> stages) {
    stages.forEach(stage -> journal.write(Kind.CLEARING, stage, ""));
    Kind outcome = Kind.NOT_CLEARED;
    try {
      checkpoints.clear(stages);
      outcome = Kind.CLEARED;
    } catch (StageBusyException | ClearIncompleteException e) {
      // refused, or not whole
    } finally {
      for (String stage : stages) {
        journal.write(outcome, stage, "");
      }
    }
  }

  private void execute(String stage) {
    Optional<Checkpoint> completed = checkpoints.get(stage);
    ClaimOptions options = ClaimOptions.lease(assignment.lease());
    journal.write(Kind.ENTERED, stage, completed.isPresent() ? "again" : "");
    ClaimResult result;
    try {
      result = checkpoints.claim(stage, completed.map(options::rerun).orElse(options));
    } catch (CheckpointConflictException e) {
      journal.write(Kind.BUSY, stage, "cleared or replaced meanwhile");
      return;
    }
    if (!(result instanceof ClaimResult.Held held)) {
      journal.write(Kind.BUSY, stage, result.toString());
      LockSupport.parkNanos(50_000_000L + random.nextInt(200_000_000));
      return;
    }
    try (Claim claim = held.claim()) {
      write(Kind.CLAIMED, claim);
      validation.begin(claim);
      LockSupport.parkNanos(assignment.taskLength(stage).toNanos());
      write(Kind.TASK_ENDED, claim);
      end(claim);
    } finally {
      validation.end();
    }
  }

  private void end(Claim claim) {
    try {
      switch (random.nextInt(6)) {
        case 0 -> claim.fail("by chance");
        case 1 -> claim.release();
        default -> {
          claim.complete();
          write(Kind.SAVED, claim);
        }
      }
    } catch (ClaimLostException | CheckpointConflictException e) {
      write(Kind.LOST, claim);
    }
  }

  private void write(Kind kind, Claim claim) {
    journal.write(
        kind, System.nanoTime(), claim.stage(), claim.attempt(), claim.fencingToken(), "");
  }
}
