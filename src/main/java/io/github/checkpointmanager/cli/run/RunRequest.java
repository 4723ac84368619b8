package io.github.checkpointmanager.cli.run;

import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.process.ChildProcess;
import io.github.checkpointmanager.cli.process.Executables;
import java.util.List;
import java.util.Optional;

/**
 * What {@code run} is to do.
 *
 * @param stage the stage
 * @param command CMD and its arguments; empty when none was given
 * @param force whether to run a completed stage again
 * @param saving what is saved with the checkpoint, but for the payload
 * @param payload the file that is the payload once CMD has ended
 */
public record RunRequest(
    String stage,
    List<String> command,
    boolean force,
    SaveOptions saving,
    Optional<String> payload) {

  /**
   * CMD, ready to be started.
   *
   * @throws CommandException there is none, or it cannot be executed
   */
  ChildProcess child(Executables executables) {
    List<String> line = command;
    if (!line.isEmpty() && line.get(0).equals("--")) {
      line = line.subList(1, line.size()); // run -- STAGE -- CMD
    }
    if (line.isEmpty()) {
      throw CommandException.refused(
          "There is nothing to run",
          "no command was given",
          "Write it after two dashes: checkpoint run STAGE -- CMD");
    }
    return ChildProcess.of(line, executables);
  }

  /**
   * What to save, now that CMD has succeeded.
   *
   * @throws CommandException the payload's file cannot be read or is too large
   */
  SaveOptions completeSaving() {
    return payload.map(file -> PayloadSource.file(saving, file)).orElse(saving);
  }

  /** Why CMD is to be run. */
  String reason(StageRecords before) {
    Optional<String> damage = before.damage();
    if (damage.isPresent()) {
      return "its checkpoint is damaged (" + damage.get() + ")";
    }
    return before
        .checkpoint()
        .map(c -> "forced, although completed " + Text.completion(c))
        .orElse("it has no checkpoint");
  }
}
