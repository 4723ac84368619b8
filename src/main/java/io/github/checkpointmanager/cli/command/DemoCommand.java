package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.cli.demo.PenguinDemo;
import io.github.checkpointmanager.cli.output.CommandException;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.session.Session;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}: a pipeline on real data that can be killed and resumed. */
@Command(
    name = "demo",
    description = "Run a small pipeline on the Palmer penguins; kill it, and run it again.")
public final class DemoCommand implements Callable<Integer> {
  private final Session session;

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

  public DemoCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (crashAfter != null && !PenguinDemo.STAGES.contains(crashAfter)) {
      throw CommandException.refused(
          "The demo cannot crash after '" + crashAfter + "'",
          "it has no such stage",
          "Name one of " + String.join(", ", PenguinDemo.STAGES));
    }
    try (CheckpointManager checkpoints = session.open()) {
      PenguinDemo.Result result = new PenguinDemo(checkpoints, this::completed).run();
      if (session.output().isJson()) {
        session.output().document(document(checkpoints.location(), result));
      } else {
        tell(result);
      }
    }
    return ExitCodes.DONE;
  }

  private static Json.Fields document(String location, PenguinDemo.Result result) {
    return Json.object()
        .put("location", location)
        .putAll(
            "stages",
            result.stages(),
            stage -> Json.object().put("stage", stage.name()).put("ran", stage.ran()))
        .put("rows", result.rows())
        .put("dropped", result.dropped())
        .put("heldOut", result.heldOut())
        .put("correct", result.correct())
        .put("accuracy", result.accuracy());
  }

  private void tell(PenguinDemo.Result result) {
    say(
        String.format(
            Locale.ROOT,
            "accuracy: %.4f (%d of %d held-out penguins; %d rows read, %d incomplete dropped)",
            result.accuracy(),
            result.correct(),
            result.heldOut(),
            result.rows(),
            result.dropped()));
  }

  private void completed(PenguinDemo.Stage stage) {
    say(stage.name() + ": " + (stage.ran() ? "ran" : "skipped, it has a checkpoint"));
    if (stage.name().equals(crashAfter)) {
      say("killing this process after " + stage.name());
      kill();
    }
  }

  /** At once: a killed process says nothing later. */
  private void say(String line) {
    if (!session.output().isJson()) {
      session.output().line(line);
      session.output().flush();
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
