package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.run.StageLookup;
import io.github.checkpointmanager.cli.session.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code has}: whether a stage is completed. */
@Command(name = "has", description = "Exit with 0 if the stage is completed, with 1 if it is not.")
public final class HasCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "STAGE", description = "Name of the stage.")
  private String stage = "";

  public HasCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Lookup found;
    try (CheckpointManager checkpoints = session.open()) {
      found = StageLookup.readable(checkpoints, stage);
    }
    found
        .invalid()
        .ifPresent(
            damaged ->
                session
                    .output()
                    .warning(
                        "the checkpoint of '"
                            + stage
                            + "' is damaged ("
                            + damaged.reason()
                            + "). It counts as not completed; the stage's next save repairs it."));
    tell(found);
    return found.valid().isPresent() ? ExitCodes.DONE : ExitCodes.NO;
  }

  private void tell(Lookup found) {
    Checkpoint checkpoint = found.valid().orElse(null);
    if (session.output().isJson()) {
      session
          .output()
          .document(
              Json.object()
                  .put("stage", stage)
                  .put("completed", checkpoint != null)
                  .put("damaged", found.invalid().isPresent())
                  .put("checkpoint", checkpoint));
    } else {
      session
          .output()
          .confirmation(
              Text.printable(stage)
                  + ": "
                  + (checkpoint == null
                      ? "not completed"
                      : "completed " + Text.completion(checkpoint)));
    }
  }
}
