package io.github.checkpointmanager.cli.run;

import static io.github.checkpointmanager.cli.CommandProcess.LAUNCHER;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.StageState;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.cli.CommandProcess;
import io.github.checkpointmanager.internal.process.ProcessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stopped run leaves, and what signals do to it, with real processes. */
@Timeout(300)
class StoppedRunIT {
  @TempDir private Path directory;

  private Map<String, String> environment() {
    return Map.of("CHECKPOINT_STORE", directory.resolve("store").toString());
  }

  /** Without a controlling terminal, as under a supervisor: a signal reaches only its addressee. */
  private CommandProcess start(String... arguments) {
    List<String> line = new ArrayList<>(List.of("setsid", LAUNCHER));
    line.addAll(List.of(arguments));
    return CommandProcess.start(environment(), line);
  }

  private CommandProcess startPipeline(String yaml, String... options) throws IOException {
    Path file = Files.writeString(directory.resolve("pipeline.yaml"), "name: stopped\n" + yaml);
    List<String> line = new ArrayList<>(List.of("pipeline", "run", "-f", file.toString()));
    line.addAll(List.of(options));
    return start(line.toArray(String[]::new));
  }

  private boolean completed(String stage) {
    return CommandProcess.checkpoint(environment(), "has", stage).status() == 0;
  }

  private boolean isAtWork(String pid) throws IOException {
    return ProcessTable.LINUX
        .find(Long.parseLong(pid))
        .filter(process -> !process.isDead())
        .isPresent();
  }

  @ParameterizedTest
  @CsvSource({"TERM,143", "INT,130", "HUP,129"})
  void pipeline_thatIsStopped_leavesNoProcess_andReleasesItsClaims(String signal, int status)
      throws IOException {
    String loop = "sh -c 'echo $$; while :; do sleep 0.1; done; true'; true";
    try (CommandProcess run =
        startPipeline("stages: {a: {run: \"" + loop + "\"}}", "--claim", "--plain")) {
      String pid = run.line();
      run.signal(signal);
      CommandProcess.Result result = run.await();

      assertThat(result.status()).as(result.err()).isEqualTo(status);
      assertThat(isAtWork(pid)).isFalse();
      assertThat(result.err()).contains("the signal " + signal + " told its command to stop");
    }
    try (CheckpointManager checkpoints =
        CheckpointManager.open(directory.resolve("store").toString())) {
      StageStatus status1 = checkpoints.status().get(0);
      ClaimInfo holder = status1.holder().orElseThrow();
      assertThat(status1.state()).isEqualTo(StageState.PENDING);
      assertThat(holder.failures()).isZero();
    }
  }

  @Test
  void pipeline_whoseStageEndsWithSuccessWhenStopped_isNotCompleted_unlessItIsStopOk()
      throws IOException {
    String stage = "run: 'trap \"exit 0\" TERM; echo ready; while :; do sleep 0.1; done'";
    try (CommandProcess run =
        startPipeline("stages: {a: {" + stage + "}, b: {run: 'true', after: a}}", "--plain")) {
      assertThat(run.line()).isEqualTo("ready");
      run.signal("TERM");
      CommandProcess.Result result = run.await();

      assertThat(result.status()).isEqualTo(143);
      assertThat(result.err()).contains("checkpoint save").contains("stop-ok: true");
      assertThat(completed("a")).isFalse();
    }
    try (CommandProcess run =
        startPipeline(
            "stages: {a: {" + stage + ", stop-ok: true}, b: {run: 'true', after: a}}", "--plain")) {
      assertThat(run.line()).isEqualTo("ready");
      run.signal("TERM");

      assertThat(run.await().status()).isEqualTo(143);
      assertThat(completed("a")).isTrue();
      assertThat(completed("b")).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"USR1", "USR2", "ALRM", "XCPU"})
  void signalThatStopsNothing_reachesTheCommand_andTheRunGoesOn(String signal) {
    String script =
        "trap 'echo got it; exit 0' " + signal + "; echo ready; while :; do sleep 0.1; done";
    try (CommandProcess run = start("run", "train", "--", "sh", "-c", script)) {
      assertThat(run.line()).isEqualTo("ready");
      run.signal(signal);
      CommandProcess.Result result = run.await();

      assertThat(result.out()).isEqualTo("got it\n");
      assertThat(result.status()).as(result.err()).isZero();
      assertThat(completed("train")).isTrue();
    }
  }

  @Test
  void threadDump_neverReachesStandardOutput() throws Exception {
    try (CommandProcess run =
        start("run", "train", "--", "sh", "-c", "echo ready; read x; echo \"$x\"")) {
      assertThat(run.line()).isEqualTo("ready");
      run.signal("QUIT");
      run.awaitError("Full thread dump");
      run.type("go on\n");
      CommandProcess.Result result = run.await();

      assertThat(result.out()).isEqualTo("go on\n");
      assertThat(result.status()).isZero();
    }
  }

  /** The JVM crashes when anybody else sends the signal that it uses itself, by default USR2. */
  @Test
  void theJvmsOwnSignal_isMovedAwayFromUsr2_forThisJvmAlone() {
    String script =
        "tr '\\0' '\\n' < /proc/$PPID/environ | grep _JAVA_SR_SIGNUM;"
            + " echo \"${_JAVA_SR_SIGNUM-unset}\"";
    CommandProcess.Result result =
        CommandProcess.checkpoint(environment(), "-q", "run", "train", "--", "sh", "-c", script);

    assertThat(result.out().lines()).containsExactly("_JAVA_SR_SIGNUM=63", "unset");
  }

  @Test
  void pipeThatTheCallerHasOpened_isReadByTheCommand() {
    CommandProcess.Result result =
        CommandProcess.run(
            environment(),
            List.of(
                "bash",
                "-c",
                "\"$0\" -q run p1 -- cat <(echo hello) && \"$0\" -q run p2 -- grep --file=<(echo b) /dev/fd/0 <<< abc",
                LAUNCHER));

    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isEqualTo("hello\nabc\n");
  }
}
