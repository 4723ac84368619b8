package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.CheckpointHistory;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.RestoreOptions;
import io.github.checkpointmanager.RestoreResult;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.pipeline.FileOption;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Subcommand;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code restore}: makes an earlier checkpoint the current one again. */
@Command(
    name = "restore",
    description = "Make an earlier checkpoint of a stage the current one again, after clear too.")
final class RestoreCommand implements Subcommand {
  @Parameters(paramLabel = "STAGE", description = "Name of the stage.")
  private String stage = "";

  @ArgGroup(multiplicity = "1")
  private Which which = new Which();

  @Option(names = "--dry-run", description = "Write nothing, say what would be restored.")
  private boolean dryRun;

  @Option(names = "--force", description = "Even if a worker is executing the stage.")
  private boolean force;

  /** One of the two. */
  static final class Which {
    @Option(
        names = "--version",
        paramLabel = "V",
        description = "The version, as history lists it.")
    private @Nullable String version;

    @Option(
        names = "--at",
        paramLabel = "TIME",
        description = "What was current then, by the store's clock: 2026-11-23T14:05:00Z.")
    private @Nullable String at;
  }

  @Mixin private final FileOption pipeline = new FileOption();

  @Override
  public int run(Session session) {
    RestoreResult result;
    try (CheckpointManager checkpoints = pipeline.of(session).open()) {
      result = restore(checkpoints.history());
    }
    Output output = session.output();
    if (output.isJson()) {
      output.document(
          Json.object()
              .put("stage", result.checkpoint().stage())
              .put("result", result.outcome())
              .put("version", result.versionId())
              .put("checkpoint", result.checkpoint())
              .put("replaced", result.replaced()));
    } else {
      String done = stage + ": " + done(result) + ", completed " + result.checkpoint().completion();
      boolean replaces = result.outcome() != RestoreResult.Outcome.ALREADY_THERE;
      output.confirmation(
          result
              .replaced()
              .filter(replaced -> replaces)
              .map(replaced -> done + ", over the one completed " + replaced.completion())
              .orElse(done));
    }
    return ExitCodes.DONE;
  }

  private RestoreResult restore(CheckpointHistory history) {
    RestoreOptions options = new RestoreOptions(force, dryRun);
    return which.version != null
        ? history.restore(stage, which.version, options)
        : history.restoreAt(stage, time(String.valueOf(which.at)), options);
  }

  private static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw CommandException.refused(
          "The time '" + text + "' is refused",
          "it is not a date, a time and a zone as ISO 8601 writes them",
          "Write it like 2026-11-23T14:05:00Z or 2026-11-23T15:05:00+01:00");
    }
  }

  private static String done(RestoreResult result) {
    return switch (result.outcome()) {
      case RESTORED -> "restored version " + result.versionId();
      case ALREADY_THERE -> "version " + result.versionId() + " is current already";
      case WOULD_RESTORE -> "would restore version " + result.versionId();
    };
  }
}
