package io.github.checkpointmanager.cli.run;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Problem;
import io.github.checkpointmanager.cli.output.Text;
import java.util.Optional;

/**
 * One stage's record: a valid checkpoint, a damaged record, or neither.
 *
 * @param checkpoint the valid one
 * @param damage why there is none although there is a record
 */
public record StageRecords(Optional<Checkpoint> checkpoint, Optional<String> damage) {
  /**
   * 1 GET.
   *
   * @throws CommandException the record is one that this version cannot read
   */
  public static StageRecords read(CheckpointManager checkpoints, String stage) {
    Lookup found = checkpoints.inspect(stage);
    if (found instanceof Lookup.Invalid invalid
        && invalid.kind() == Lookup.Invalid.Kind.UNREADABLE) {
      throw damaged(
          checkpoints,
          stage,
          invalid.reason(),
          "Use a version and a key that can read it; it was not changed");
    }
    return new StageRecords(found.valid(), found.invalid().map(Lookup.Invalid::reason));
  }

  /**
   * 1 GET.
   *
   * @throws CommandException the record is damaged, or one that this version cannot read
   */
  public static StageRecords required(CheckpointManager checkpoints, String stage) {
    StageRecords records = read(checkpoints, stage);
    if (records.damage().isPresent()) {
      throw damaged(
          checkpoints,
          stage,
          records.damage().get(),
          "Run the stage again, or save it: that repairs the record");
    }
    return records;
  }

  /** The failure of a command that needs the damaged record. */
  public static CommandException damaged(
      CheckpointManager checkpoints, String stage, String reason, String remedy) {
    return new CommandException(
        new Problem(
            "damaged",
            ExitCodes.DAMAGED,
            checkpoints.location(),
            stage,
            null,
            "Reading the checkpoint of '" + stage + "' failed",
            reason,
            remedy),
        null);
  }

  /** The failure of a command that found nothing to replace, when another writer came first. */
  public static CommandException conflict(CheckpointManager checkpoints, Checkpoint winner) {
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
