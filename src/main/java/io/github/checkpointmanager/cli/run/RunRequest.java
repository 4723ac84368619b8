package io.github.checkpointmanager.cli.run;

import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.process.ChildProcess;
import io.github.checkpointmanager.cli.process.Executables;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What {@code run} does.
 *
 * @param stage the stage
 * @param command CMD and its arguments
 * @param force whether to run a completed stage again
 * @param saving what is saved with the checkpoint, but for the payload
 * @param payload the file that is the payload once CMD has ended
 * @param stopOk whether CMD's success counts after a signal has told it to stop
 * @param claiming how to claim the stage first; empty to run it without a claim
 */
public record RunRequest(
    String stage,
    List<String> command,
    boolean force,
    SaveOptions saving,
    Optional<String> payload,
    boolean stopOk,
    Optional<Claiming> claiming) {

  /**
   * How to claim the stage.
   *
   * @param options the claim's options
   * @param waiting whether to wait while another worker holds the stage
   * @param longestWait the longest wait; empty for no limit
   */
  public record Claiming(ClaimOptions options, boolean waiting, Optional<Duration> longestWait) {}

  /**
   * CMD, ready to be started.
   *
   * @throws CommandException it cannot be executed
   */
  ChildProcess child(Executables executables) {
    List<String> line = command;
    if (line.get(0).equals("--")) {
      line = line.subList(1, line.size()); // run -- STAGE -- CMD
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
  String reason(Lookup before) {
    if (before instanceof Lookup.Invalid damaged) {
      return "its checkpoint is damaged (" + damaged.reason() + ")";
    }
    return before
        .valid()
        .map(c -> "forced, although completed " + c.completion())
        .orElse("it has no checkpoint");
  }
}
