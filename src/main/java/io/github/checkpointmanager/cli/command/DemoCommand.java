package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.cli.demo.PenguinDemo;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Subcommand;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}: a pipeline on real data that can be killed and resumed. */
@Command(
    name = "demo",
    description = "Run a small pipeline on the Palmer penguins; kill it, and run it again.")
final class DemoCommand implements Subcommand {
  @Option(
      names = "--crash-after",
      paramLabel = "STAGE",
      completionCandidates = Stages.class,
      description =
          "Kill this process after a stage: data_ingestion, data_preprocessing, model_training or"
              + " evaluation.")
  private @Nullable String crashAfter;

  /** For completion scripts. */
  private static final class Stages implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return PenguinDemo.STAGES.iterator();
    }
  }

  @Override
  public int run(Session session) {
    if (crashAfter != null && !PenguinDemo.STAGES.contains(crashAfter)) {
      throw CommandException.refused(
          "The demo cannot crash after '" + crashAfter + "'",
          "it has no such stage",
          "Name one of " + String.join(", ", PenguinDemo.STAGES));
    }
    Output output = session.output();
    try (CheckpointManager checkpoints = session.open()) {
      PenguinDemo.Result result =
          new PenguinDemo(checkpoints, stage -> completed(output, stage)).run();
      if (output.isJson()) {
        output.document(
            Json.object()
                .put("location", checkpoints.location())
                .put("stages", result.stages())
                .put("rows", result.rows())
                .put("dropped", result.dropped())
                .put("heldOut", result.heldOut())
                .put("correct", result.correct())
                .put("accuracy", result.accuracy()));
      } else {
        output.line(
            String.format(
                Locale.ROOT,
                "accuracy: %.4f (%d of %d held-out penguins; %d rows read, %d incomplete dropped)",
                result.accuracy(),
                result.correct(),
                result.heldOut(),
                result.rows(),
                result.dropped()));
      }
    }
    return ExitCodes.DONE;
  }

  private void completed(Output output, PenguinDemo.Stage stage) {
    say(output, stage.stage() + ": " + (stage.ran() ? "ran" : "skipped, it has a checkpoint"));
    if (stage.stage().equals(crashAfter)) {
      say(output, "killing this process after " + stage.stage());
      kill();
    }
  }

  /** At once: a killed process says nothing later. */
  private static void say(Output output, String line) {
    if (!output.isJson()) {
      output.line(line);
      output.flush();
    }
  }

  /** SIGKILL, as the kernel's out-of-memory killer would: no handler runs, nothing is flushed. */
  private static void kill() {
    String pid = Long.toString(ProcessHandle.current().pid());
    try {
      new ProcessBuilder("sh", "-c", "kill -s KILL \"$0\"", pid).start().waitFor();
    } catch (IOException | InterruptedException e) {
      // No shell here; end without any orderly shutdown as well.
    }
    Runtime.getRuntime().halt(ExitCodes.SIGNAL_BASE + 9);
  }
}
