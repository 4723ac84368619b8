package io.github.checkpointmanager.cli;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Inventory;
import java.util.Optional;

/**
 * One stage's record: a valid checkpoint, a damaged record, or neither.
 *
 * @param checkpoint the valid one
 * @param damage why there is none although there is a record
 */
record StageRecords(Optional<Checkpoint> checkpoint, Optional<String> damage) {
  /**
   * 1 GET.
   *
   * @throws CommandException the record is one that this version cannot read
   */
  static StageRecords read(CheckpointManager checkpoints, String stage) {
    Inventory found = checkpoints.inspect(stage);
    Optional<Inventory.Problem> problem = found.problems().stream().findFirst();
    if (problem.isPresent() && problem.get().kind() == Inventory.Problem.Kind.UNREADABLE) {
      throw damaged(
          checkpoints,
          problem.get(),
          "Use a version and a key that can read it; it was left as it is");
    }
    return new StageRecords(
        found.checkpoints().stream().findFirst(), problem.map(Inventory.Problem::reason));
  }

  /**
   * 1 GET.
   *
   * @throws CommandException the record is damaged, or one that this version cannot read
   */
  static StageRecords required(CheckpointManager checkpoints, String stage) {
    StageRecords records = read(checkpoints, stage);
    if (records.damage().isPresent()) {
      throw damaged(
          checkpoints,
          new Inventory.Problem(stage, Inventory.Problem.Kind.DAMAGED, records.damage().get()),
          "Run the stage again, or save it: that repairs the record");
    }
    return records;
  }

  /** The failure of a command that needs the damaged record. */
  static CommandException damaged(
      CheckpointManager checkpoints, Inventory.Problem problem, String remedy) {
    return new CommandException(
        new Problem(
            "damaged",
            ExitCodes.DAMAGED,
            checkpoints.location(),
            problem.stage(),
            null,
            "Reading the checkpoint of '" + problem.stage() + "' failed",
            problem.reason(),
            remedy),
        null);
  }

  /** The failure of a command that found nothing to replace, when another writer came first. */
  static CommandException conflict(CheckpointManager checkpoints, Checkpoint winner) {
    return new CommandException(
        new Problem(
            "conflict",
            ExitCodes.CONFLICT,
            checkpoints.location(),
            winner.stage(),
            null,
            "The checkpoint of '" + winner.stage() + "' was not replaced",
            "there was none, and meanwhile one was saved: completed " + Text.completion(winner),
            "Read it and decide anew"),
        null);
  }
}
