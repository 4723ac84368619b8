package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.pipeline.FileOption;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Subcommand;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code release}: ends another worker's claim by force. */
@Command(name = "release", description = "End another worker's claim of a stage by force.")
final class ReleaseCommand implements Subcommand {
  @Parameters(paramLabel = "STAGE", description = "Name of the stage.")
  private String stage = "";

  @Option(names = "--force", description = "Needed: the worker may be alive.")
  private boolean force;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Needed: why, for others to see.")
  private @Nullable String reason;

  @Mixin private final FileOption pipeline = new FileOption();

  @Override
  public int run(Session given) {
    String text = requireReason();
    Session session = pipeline.of(given);
    Optional<ClaimInfo> holder;
    try (CheckpointManager checkpoints = session.open()) {
      holder = checkpoints.release(stage, text);
    }
    Output output = session.output();
    if (output.isJson()) {
      output.document(
          Json.object()
              .put("stage", stage)
              .put("released", holder.isPresent())
              .put("holder", holder));
    } else if (holder.isPresent()) {
      ClaimInfo by = holder.get();
      output.confirmation(
          String.format(
              Locale.ROOT,
              "%s: released; attempt %d by %s on %s (process %s), begun %s",
              stage,
              by.attempt(),
              by.user(),
              by.host(),
              by.process(),
              Text.seconds(by.startedAt())));
    } else {
      output.note("'" + stage + "' is not claimed in " + session.location().withoutOptions());
    }
    return holder.isPresent() ? ExitCodes.DONE : ExitCodes.NO;
  }

  private String requireReason() {
    String what = "The claim of '" + stage + "' was not ended";
    if (!force) {
      throw CommandException.refused(
          what,
          "a worker that is alive goes on until its next renewal, while another may begin already",
          "Make sure that it is dead, or may be stopped, and give --force; a dead worker's claim"
              + " ends by itself with its lease");
    }
    if (reason == null || reason.isBlank()) {
      throw CommandException.refused(
          what,
          "other users could not see why",
          "Give --reason TEXT, which others see in the status");
    }
    return reason;
  }
}
