package io.github.checkpointmanager.cli.run;

import static io.github.checkpointmanager.cli.CommandProcess.LAUNCHER;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.StageState;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.cli.CommandProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code run --claim} and {@code status --watch}: signals, with real processes. */
@Timeout(300)
class ClaimedRunIT {
  @TempDir private Path directory;

  private Map<String, String> environment() {
    return Map.of("CHECKPOINT_STORE", directory.toString());
  }

  /** Without a controlling terminal, as under a supervisor: a signal reaches only its addressee. */
  private CommandProcess start(String... command) {
    List<String> line =
        new ArrayList<>(List.of("setsid", LAUNCHER, "run", "train", "--claim", "--"));
    line.addAll(List.of(command));
    return CommandProcess.start(environment(), line);
  }

  private void assertReleased(String reason) {
    try (CheckpointManager checkpoints = CheckpointManager.open(directory.toString())) {
      StageStatus status = checkpoints.status().get(0);
      assertThat(status.state()).isEqualTo(StageState.PENDING);
      ClaimInfo holder = status.holder().orElseThrow();
      assertThat(holder.failures()).isZero();
      assertThat(holder.note()).contains(reason);
    }
  }

  @ParameterizedTest
  @CsvSource({"INT,130", "TERM,143", "HUP,129"})
  void signal_thatEndsTheCommand_releasesTheClaim(String signal, int status) {
    try (CommandProcess run = start("sh", "-c", "echo ready; exec sleep 600")) {
      assertThat(run.line()).isEqualTo("ready");
      run.signal(signal);

      assertThat(run.await().status()).isEqualTo(status);
      assertReleased("stopped by " + signal);
    }
  }

  @ParameterizedTest
  @CsvSource({"false,143", "true,0"})
  void command_thatSucceedsAfterASignal_isSavedOnlyIfThatIsSaidToBeItsSuccess(
      boolean stopOk, int status) {
    List<String> line = new ArrayList<>(List.of("setsid", LAUNCHER, "run", "train"));
    line.addAll(stopOk ? List.of("--claim", "--stop-ok", "--") : List.of("--claim", "--"));
    line.addAll(List.of("sh", "-c", "trap 'exit 0' TERM; echo ready; while :; do sleep 0.1; done"));
    try (CommandProcess run = CommandProcess.start(environment(), line)) {
      assertThat(run.line()).isEqualTo("ready");
      run.signal("TERM");
      CommandProcess.Result result = run.await();

      assertThat(result.status()).as(result.err()).isEqualTo(status);
      assertThat(result.err().contains("checkpoint save")).isNotEqualTo(stopOk);
      assertThat(CommandProcess.checkpoint(environment(), "has", "train").status())
          .isEqualTo(stopOk ? 0 : 1);
    }
    if (!stopOk) {
      assertReleased("stopped by TERM");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void commandThatMayBeginOnce_isNotBegunAgainAfterASignal_whateverItEndsWith(int status) {
    String trap = "trap 'exit " + status + "' TERM; echo ready; while :; do sleep 0.1; done";
    List<String> line =
        List.of("setsid", LAUNCHER, "run", "pay", "--at-most-once", "--", "sh", "-c", trap);
    try (CommandProcess run = CommandProcess.start(environment(), line)) {
      assertThat(run.line()).isEqualTo("ready");
      run.signal("TERM");
      assertThat(run.await().status()).isEqualTo(status == 0 ? 143 : status);
    }

    CommandProcess.Result again =
        CommandProcess.checkpoint(
            environment(), "run", "pay", "--at-most-once", "--", "echo", "again");
    assertThat(again.status()).as(again.err()).isEqualTo(103);
    assertThat(again.out()).isEmpty();
  }

  /** A terminal by script(1), see {@code RunProcessIT}. */
  @Test
  @Tag("extended")
  void ctrlC_releasesTheClaim() {
    try (CommandProcess run =
        CommandProcess.start(
            Map.of("CHECKPOINT_STORE", directory.toString(), "SHELL", "/bin/sh"),
            List.of(
                "script",
                "-q",
                "-e",
                "-c",
                "exec " + LAUNCHER + " -q run train --claim -- sh -c 'echo ready; exec sleep 600'",
                "/dev/null"))) {
      assertThat(run.line()).isEqualTo("ready");
      run.type("\u0003");

      assertThat(run.await().status()).isEqualTo(130);
      assertReleased("stopped by INT");
    }
  }

  @ParameterizedTest
  @CsvSource({"INT,130", "TERM,143"})
  void signal_whileItWaits_endsItAndLeavesTheStageToItsHolder(String signal, int status) {
    try (CheckpointManager other = CheckpointManager.open(directory.toString());
        Claim held =
            ((ClaimResult.Held) other.claim("train", ClaimOptions.lease(Duration.ofMinutes(5))))
                .claim();
        CommandProcess run = start("echo", "ran")) {
      run.awaitError("waiting for train: attempt 1 runs on ");
      run.signal(signal);
      CommandProcess.Result result = run.await();

      assertThat(result.status()).isEqualTo(status);
      assertThat(result.out()).isEmpty();
      assertThat(result.err())
          .contains(
              "checkpoint: 'train' was not run: the signal "
                  + signal
                  + " came before the command was started. Run it again");
      held.renew();
    }
  }

  /** Under a supervisor: the process that is known is the one that watches. */
  @Test
  void watch_endsWithASignal() {
    try (CommandProcess watch =
        CommandProcess.start(
            environment(),
            List.of("setsid", LAUNCHER, "status", "--watch", "--interval", "PT0.1S"))) {
      assertThat(watch.line()).endsWith("  no stages");
      assertThat(watch.line()).endsWith("  no stages");
      watch.signal("TERM");

      assertThat(watch.await().status()).isEqualTo(143);
    }
  }

  @Test
  void watch_endsSilentlyWhenNobodyReads() {
    CommandProcess.Result result =
        CommandProcess.shell(
            environment(), "{ \"$0\" status --watch --interval PT0.1S; echo $? >&2; } | head -n 2");

    assertThat(result.err()).isEqualTo("141\n");
    assertThat(result.out()).hasLineCount(2);
  }
}
