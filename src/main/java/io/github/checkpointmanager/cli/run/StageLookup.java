package io.github.checkpointmanager.cli.run;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Problem;
import java.util.Optional;

/** Looks up one stage's checkpoint for a command that cannot work with a record it cannot read. */
public final class StageLookup {
  private StageLookup() {}

  /**
   * A valid checkpoint, a damaged record, or neither. 1 GET.
   *
   * @throws CommandException this version cannot read the record
   */
  public static Lookup readable(CheckpointManager checkpoints, String stage) {
    Lookup found = checkpoints.inspect(stage);
    if (found instanceof Lookup.Invalid invalid
        && invalid.kind() == Lookup.Invalid.Kind.UNREADABLE) {
      throw damaged(
          checkpoints,
          stage,
          invalid.reason(),
          "Use a version and a key that can read it; it was not changed");
    }
    return found;
  }

  /**
   * The valid checkpoint, if there is one. 1 GET.
   *
   * @throws CommandException the record is damaged, or this version cannot read it
   */
  public static Optional<Checkpoint> undamaged(CheckpointManager checkpoints, String stage) {
    Lookup found = readable(checkpoints, stage);
    if (found instanceof Lookup.Invalid invalid) {
      throw damaged(
          checkpoints,
          stage,
          invalid.reason(),
          "Run the stage again, or save it: that repairs the record");
    }
    return found.valid();
  }

  /** The failure of a command that needs the damaged record. */
  public static CommandException damaged(
      CheckpointManager checkpoints, String stage, String reason, String remedy) {
    String what = "Reading the checkpoint of '" + stage + "' failed";
    return new CommandException(
        Problem.of("damaged", ExitCodes.DAMAGED, what, reason, remedy)
            .at(checkpoints.location(), stage));
  }

  /**
   * The failure of a command that found no checkpoint to replace, and then lost to another writer.
   */
  public static CommandException conflict(CheckpointManager checkpoints, Checkpoint winner) {
    return new CommandException(
        Problem.of(
                "conflict",
                ExitCodes.CONFLICT,
                "The checkpoint of '" + winner.stage() + "' was not replaced",
                "there was none, and meanwhile one was saved: completed " + winner.completion(),
                "Read the current checkpoint, and retry if you still need to")
            .at(checkpoints.location(), winner.stage()));
  }
}
