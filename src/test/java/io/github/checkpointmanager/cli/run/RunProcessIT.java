package io.github.checkpointmanager.cli.run;

import static io.github.checkpointmanager.cli.CommandProcess.LAUNCHER;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.cli.CommandProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code run}: streams, signals, locale and death, with real processes. */
@Timeout(300)
class RunProcessIT {
  /** Ends with 7 on any of the three signals; says when it is ready for them. */
  private static final String TRAPS =
      "for s in INT TERM HUP; do trap \"echo got $s; exit 7\" $s; done;"
          + " echo ready; while :; do sleep 0.1; done";

  @TempDir private Path directory;

  private Map<String, String> environment() {
    return Map.of("CHECKPOINT_STORE", directory.toString());
  }

  /** Without a controlling terminal, as under a supervisor: a signal reaches only its addressee. */
  private CommandProcess start(String... command) {
    List<String> line = new ArrayList<>(List.of("setsid", LAUNCHER, "run", "train", "--"));
    line.addAll(List.of(command));
    return CommandProcess.start(environment(), line);
  }

  private boolean completed() {
    return CommandProcess.checkpoint(environment(), "has", "train").status() == 0;
  }

  @Test
  void streams_passThrough() {
    try (CommandProcess run = start("sh", "-c", "tr a-z A-Z; echo problem >&2")) {
      run.type("größe abc\n");
      run.closeInput();
      CommandProcess.Result result = run.await();

      assertThat(result.status()).isZero();
      assertThat(result.out()).isEqualTo("GRößE ABC\n");
      assertThat(result.err())
          .isEqualTo(
              """
              checkpoint: running train: it has no checkpoint (attempt 1)
              problem
              checkpoint: saved train in %s
              """
                  .formatted(directory));
    }
  }

  @ParameterizedTest
  @CsvSource({"INT", "TERM", "HUP"})
  void signal_isForwardedAndTheCommandsStatusReported(String signal) {
    try (CommandProcess run = start("sh", "-c", TRAPS)) {
      assertThat(run.line()).isEqualTo("ready");
      run.signal(signal);
      CommandProcess.Result result = run.await();

      assertThat(result.out()).isEqualTo("got " + signal + "\n");
      assertThat(result.status()).isEqualTo(7);
      assertThat(completed()).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"INT,130", "TERM,143", "HUP,129"})
  void signal_thatEndsTheCommand_is128AndItsNumber(String signal, int status) {
    try (CommandProcess run = start("sh", "-c", "echo ready; exec sleep 600")) {
      assertThat(run.line()).isEqualTo("ready");
      run.signal(signal);

      assertThat(run.await().status()).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @CsvSource({"false,143", "true,0"})
  void command_thatSucceedsAfterASignal_isSavedOnlyIfThatIsSaidToBeItsSuccess(
      boolean stopOk, int status) {
    List<String> line = new ArrayList<>(List.of("setsid", LAUNCHER, "run", "train"));
    line.addAll(stopOk ? List.of("--stop-ok", "--") : List.of("--"));
    line.addAll(List.of("sh", "-c", "trap 'exit 0' TERM; echo ready; while :; do sleep 0.1; done"));
    try (CommandProcess run = CommandProcess.start(environment(), line)) {
      assertThat(run.line()).isEqualTo("ready");
      run.signal("TERM");
      CommandProcess.Result result = run.await();

      assertThat(result.status()).as(result.err()).isEqualTo(status);
      assertThat(result.err().contains("checkpoint save")).isNotEqualTo(stopOk);
      assertThat(completed()).isEqualTo(stopOk);
    }
  }

  @Test
  void hangUp_thatTheCallerIgnores_staysIgnored() {
    try (CommandProcess run =
        CommandProcess.start(
            environment(),
            List.of(
                "setsid",
                "sh",
                "-c",
                "trap '' HUP; exec \"$0\" run train -- sh -c 'echo ready; read x; echo \"$x\"'",
                LAUNCHER))) {
      assertThat(run.line()).isEqualTo("ready");
      run.signal("HUP");
      run.type("still here\n");

      assertThat(run.line()).isEqualTo("still here");
      assertThat(run.await().status()).isZero();
    }
  }

  /** Linux and setpriv. */
  @Test
  @Tag("extended")
  void command_diesWithACheckpointThatIsKilled() {
    try (CommandProcess run = start("sh", "-c", "echo ready; exec sleep 600")) {
      assertThat(run.line()).isEqualTo("ready");
      run.signal("KILL");

      // Standard output ends only when the command does not hold it any more.
      CommandProcess.Result result = run.await();
      assertThat(result.status()).isEqualTo(137);
    }
  }

  /**
   * A terminal by script(1): Ctrl-C reaches all of its foreground processes. The shell that
   * script(1) starts is one of them, and would die of it and be what is reported (130): so the
   * launcher takes its place.
   */
  @Test
  @Tag("extended")
  void ctrlC_reachesTheCommandOnce() {
    String inner =
        "trap 'echo interrupted' INT; echo ready; while ! read x; do :; done; sleep 1; exit 0";
    try (CommandProcess run =
        CommandProcess.start(
            Map.of("CHECKPOINT_STORE", directory.toString(), "INNER", inner, "SHELL", "/bin/sh"),
            List.of(
                "script",
                "-q",
                "-e",
                "-c",
                "exec " + LAUNCHER + " -q run train --stop-ok -- sh -c \"$INNER\"",
                "/dev/null"))) {
      assertThat(run.line()).isEqualTo("ready");
      run.type("\u0003");
      assertThat(run.line()).endsWith("interrupted");
      run.type("go on\n");
      CommandProcess.Result result = run.await();

      assertThat(result.out()).doesNotContain("interrupted");
      assertThat(result.status()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"C,C", "de_DE.UTF-8,de_DE.UTF-8", "'',unset"})
  void command_seesTheCallersLocale(String given, String seen) {
    CommandProcess.Result result =
        CommandProcess.checkpoint(
            Map.of("CHECKPOINT_STORE", directory.toString(), "LC_ALL", given),
            "-q",
            "run",
            "größe",
            "--",
            "sh",
            "-c",
            "echo \"${LC_ALL-unset} $CHECKPOINT_STAGE $0\"",
            "ärger");

    assertThat(result.out()).isEqualTo(seen + " größe ärger\n");
    assertThat(directory).isDirectoryContaining("glob:**/gr%C3%B6%C3%9Fe.checkpoint");
  }
}
