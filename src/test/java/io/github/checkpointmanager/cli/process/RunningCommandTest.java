package io.github.checkpointmanager.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.internal.process.ExecutionCookie;
import io.github.checkpointmanager.internal.process.ProcessTable;
import io.github.checkpointmanager.testing.WatchedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a command and all that it has started is stopped, with real processes. */
@Timeout(120)
class RunningCommandTest {
  /** Writes its id to the file pid, then does nothing for long. */
  private static final String WORK = "echo $$ > pid; while :; do sleep 0.05; done";

  private static final String READY = "while ! test -s pid; do sleep 0.05; done; touch ready; ";

  @TempDir private Path directory;
  private final ExecutionCookie cookie = ExecutionCookie.draw();
  private final List<WatchedProcess> started = new ArrayList<>();
  private SignalForwarder signals;

  @BeforeEach
  void receiveSignals() {
    signals = SignalForwarder.install();
  }

  @AfterEach
  void endAll() {
    signals.close();
    started.forEach(WatchedProcess::close);
  }

  private Process start(String script) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", script).directory(directory.toFile());
    cookie.addTo(builder.environment());
    WatchedProcess watched = WatchedProcess.start(builder);
    started.add(watched);
    return watched.process();
  }

  private RunningCommand run(String script) throws Exception {
    RunningCommand running = RunningCommand.of(start(script), cookie, false);
    await("ready");
    return running;
  }

  private void await(String file) throws Exception {
    while (!Files.exists(directory.resolve(file))) {
      Thread.sleep(20);
    }
  }

  private Optional<String> finish(RunningCommand running) throws Exception {
    return running.finish(signals, running.command().waitFor(), () -> true);
  }

  private static List<String> output(Process process) {
    try {
      return process.inputReader().lines().toList();
    } catch (UncheckedIOException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  private boolean isAtWork() throws IOException {
    long pid = Long.parseLong(Files.readString(directory.resolve("pid")).strip());
    return ProcessTable.LINUX.find(pid).filter(process -> !process.isDead()).isPresent();
  }

  /** It takes longer to end than the command, whichever of them is told first. */
  @Test
  void stop_leavesNothingOfWhatHasLeftTheCommandsSession() throws Exception {
    Files.writeString(
        directory.resolve("work.sh"), "trap 'sleep 0.5; touch cleaned; exit' TERM; " + WORK);
    RunningCommand running = run("setsid sh -c 'sh work.sh & exit 0'; " + READY + "exec sleep 600");

    running.stop("TERM", false);

    assertThat(finish(running)).contains("TERM");
    assertThat(isAtWork()).isFalse();
    assertThat(directory.resolve("cleaned")).exists();
  }

  @Test
  void stop_leavesTheCommandItsPipes() throws Exception {
    RunningCommand running =
        run(
            "trap 'echo saving; sleep 2; echo saved; exit 3' TERM; "
                + "echo $$ > pid; touch ready; while :; do sleep 0.05; done");

    running.stop("TERM", false);

    assertThat(output(running.command())).containsExactly("saving", "saved");
    assertThat(running.command().waitFor()).isEqualTo(3);
    assertThat(finish(running)).contains("TERM");
  }

  @Test
  void stop_killsWhatIgnoresTheSignal() throws Exception {
    RunningCommand running =
        run("sh -c 'trap \"\" TERM INT HUP; " + WORK + "' & " + READY + "exec sleep 600");

    running.stop("TERM", false); // a build under nohup ignores HUP

    assertThat(finish(running)).contains("TERM");
    assertThat(isAtWork()).isFalse();
  }

  /** It ends when the test says so, long after what it has started would be killed. */
  @Test
  void stop_leavesTheCommandTheTimeThatItNeeds_andWhatItHasStartedToIt() throws Exception {
    RunningCommand running =
        run(
            "trap 'touch told' TERM; sh -c '"
                + WORK
                + "' & "
                + READY
                + "while ! test -e go; do sleep 0.05; done; kill $(cat pid); exit 7");

    running.stop("TERM", false);
    await("told");
    Thread.sleep(GracefulStop.GRACE.plus(GracefulStop.PATIENCE).toMillis());
    assertThat(running.command().isAlive()).isTrue();
    assertThat(isAtWork()).isTrue();
    Files.createFile(directory.resolve("go"));

    assertThat(running.command().waitFor()).isEqualTo(7);
    assertThat(finish(running)).contains("TERM");
    assertThat(isAtWork()).isFalse();
  }

  @Test
  void secondStop_killsTheCommandToo() throws Exception {
    RunningCommand running =
        run("trap 'echo told >> told' TERM; sh -c '" + WORK + "' & " + READY + WORK);

    running.stop("TERM", false);
    await("told");
    running.stop("TERM", false);

    assertThat(running.command().waitFor()).isEqualTo(128 + 9);
    assertThat(finish(running)).contains("TERM");
    assertThat(isAtWork()).isFalse();
  }

  /** As dash does with INT: it waits for its child, which knows nothing of the signal. */
  @Test
  void stop_ofAShellThatWaitsForItsChild_reachesTheChild() throws Exception {
    String child =
        """
        import signal, sys, time
        def stop(*_): open('asked', 'w').close(); sys.exit(0)
        signal.signal(signal.SIGTERM, stop)
        open('ready', 'w').close()
        time.sleep(600)
        """;
    Files.writeString(directory.resolve("child.py"), child);
    Process shell = start("trap 'touch told' TERM; python3 child.py; exit 9");
    RunningCommand running = RunningCommand.of(shell, cookie, true);
    await("ready");

    running.stop("TERM", false);

    assertThat(shell.waitFor()).isEqualTo(9);
    assertThat(finish(running)).contains("TERM");
    assertThat(directory.resolve("told")).exists();
    assertThat(directory.resolve("asked")).exists();
  }

  @Test
  void pass_ofASignal_reachesTheProgram_andStopsNothing() throws Exception {
    RunningCommand running =
        run("trap 'touch told; exit 5' USR1; touch ready; while :; do sleep 0.05; done");

    running.pass("USR1", 10);

    assertThat(running.command().waitFor()).isEqualTo(5);
    assertThat(finish(running)).isEmpty();
    assertThat(directory.resolve("told")).exists();
  }

  /** USR1 would end the shell, which has no handler. */
  @Test
  void pass_ofASignal_reachesWhatCatchesItBehindAShell_andKillsNothing() throws Exception {
    Process shell =
        start(
            "sleep 600 & other=$!; sh -c 'trap \"touch told; exit 0\" USR1; touch ready; "
                + WORK
                + "'; kill $other && exit 5");
    RunningCommand running = RunningCommand.of(shell, cookie, true);
    await("ready");

    running.pass("USR1", 10);

    assertThat(shell.waitFor()).as("the shell and the other child lived on").isEqualTo(5);
    assertThat(directory.resolve("told")).exists();
  }

  @Test
  void whatACommandLeavesBehindOnPurpose_isLeftAlone() throws Exception {
    RunningCommand running = run("sh -c '" + WORK + "' & " + READY + "exit 0");

    assertThat(finish(running)).isEmpty();
    assertThat(isAtWork()).isTrue();
  }

  /** A claim that was lost leaves no time. */
  @Test
  void end_leavesNothingOfACommandThatRefuses() throws Exception {
    RunningCommand running =
        run("trap '' TERM; setsid sh -c 'trap \"\" TERM; " + WORK + "' & " + READY + WORK);

    running.end(Duration.ofMillis(100));

    assertThat(running.command().isAlive()).isFalse();
    assertThat(isAtWork()).isFalse();
  }

  /** As on macOS: the descendants of the living command. */
  @Test
  void stop_withoutProc_endsTheDescendantsThatWereSeen() throws Exception {
    Process command = start("sh -c '" + WORK + "' & " + READY + "exec sleep 600");
    RunningCommand running = new RunningCommand(command, false, Family.byParents(command, cookie));
    await("ready");

    running.stop("TERM", false);

    assertThat(finish(running)).contains("TERM");
    assertThat(isAtWork()).isFalse();
  }
}
