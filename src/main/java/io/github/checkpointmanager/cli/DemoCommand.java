package io.github.checkpointmanager.cli;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.cli.demo.PenguinDemo;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}: a pipeline on real data that can be killed and resumed. */
@Command(
    name = "demo",
    description = "Run a small pipeline on the Palmer penguins; kill it, and run it again.")
final class DemoCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = "--crash-after",
      paramLabel = "STAGE",
      description =
          "Kill this process after a stage: data_ingestion, data_preprocessing, model_training or"
              + " evaluation.")
  private @Nullable String crashAfter;

  DemoCommand(Session session) {
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
      new PenguinDemo(checkpoints, this::say, this::maybeCrash).run();
    }
    return ExitCodes.DONE;
  }

  /** At once: a killed process says nothing later. */
  private void say(String line) {
    session.output().line(line);
    session.output().flush();
  }

  private void maybeCrash(String stage) {
    if (stage.equals(crashAfter)) {
      say("killing this process after " + stage);
      kill();
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
