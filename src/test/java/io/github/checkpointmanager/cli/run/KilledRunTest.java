package io.github.checkpointmanager.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.StageState;
import io.github.checkpointmanager.cli.CommandRun;
import io.github.checkpointmanager.cli.Main;
import io.github.checkpointmanager.testing.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker is killed, and the next one of the same machine goes on at once: no lease is over within
 * the time that a test may take. The command runs in a JVM of its own.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledRunTest {
  private static final String LEASE = "10m";
  private static final ClaimOptions OPTIONS = ClaimOptions.lease(Duration.ofMinutes(10));

  /** What is left of a command after its worker was killed: it has left its session. */
  private static final String LEAVES_AN_ORPHAN =
      "setsid sh -c 'trap \"echo stopped >> log; exit\" TERM; echo orphan >> log; echo ready;"
          + " while :; do sleep 0.05; done' 2> /dev/null & exec sleep 600";

  @TempDir private Path directory;

  private String store() {
    return directory.resolve("checkpoints").toString();
  }

  private ChildJvm start(String... line) {
    List<String> words = new ArrayList<>(List.of("--store", store()));
    words.addAll(List.of(line));
    return ChildJvm.running(Main.class, words.toArray(String[]::new)).start();
  }

  private ChildJvm startInDirectory(String script) {
    return start(
        "run",
        "train",
        "--claim",
        "--lease",
        LEASE,
        "--",
        "sh",
        "-c",
        "cd '" + directory + "'; " + script);
  }

  private CommandRun.Result run(String... args) {
    return new CommandRun().store(store()).path().run(args);
  }

  private CommandRun.Result runAgain(String... options) {
    List<String> line = new ArrayList<>(List.of("run", "train", "--claim", "--lease", LEASE));
    line.addAll(List.of(options));
    String script = "echo attempt $CHECKPOINT_ATTEMPT >> '" + directory.resolve("log") + "'";
    line.addAll(List.of("--", "sh", "-c", script));
    return run(line.toArray(String[]::new));
  }

  private List<String> log() throws Exception {
    return Files.readAllLines(directory.resolve("log"));
  }

  @Test
  void run_afterAKilledRun_goesOnAtOnce_whenWhatWasLeftOfItHasStopped() throws Exception {
    try (ChildJvm killed = startInDirectory(LEAVES_AN_ORPHAN)) {
      assertThat(killed.line()).isEqualTo("ready");
      killed.kill();

      CommandRun.Result result = runAgain("--on-busy", "fail");

      assertThat(result.status()).as(result.err()).isZero();
      assertThat(log()).containsExactly("orphan", "stopped", "attempt 2");
    }
  }

  @Test
  void run_besideALivingRun_isBusy() throws Exception {
    try (ChildJvm living = startInDirectory("echo ready; exec sleep 600")) {
      assertThat(living.line()).isEqualTo("ready");

      assertThat(runAgain("--on-busy", "fail").status()).isEqualTo(103);

      assertThat(living.isAlive()).isTrue();
    }
  }

  @Test
  void run_afterAKilledRun_countsAFailure() throws Exception {
    try (ChildJvm killed = startInDirectory("echo ready; exec sleep 600")) {
      assertThat(killed.line()).isEqualTo("ready");
      killed.kill();

      CommandRun.Result result = runAgain("--max-attempts", "1");

      assertThat(result.status()).as(result.err()).isEqualTo(103);
      assertThat(directory.resolve("log")).doesNotExist();
    }
  }

  @Test
  void pipelineRun_afterAKilledOne_goesOnAtOnce() throws Exception {
    Path file = directory.resolve("pipeline.yaml");
    Files.writeString(
        file,
        "{name: p, stages: {a: {run: 'echo $CHECKPOINT_ATTEMPT >> log; test -e again || exec sleep 600'}}}");
    try (ChildJvm killed =
        start("pipeline", "run", "-f", file.toString(), "--claim", "--lease", LEASE)) {
      while (Files.notExists(directory.resolve("log")) || log().isEmpty()) {
        Thread.sleep(10);
      }
      killed.kill();
      Files.createFile(directory.resolve("again"));

      CommandRun.Result result =
          run("pipeline", "run", "-f", file.toString(), "--claim", "--lease", LEASE);

      assertThat(result.status()).as(result.err()).isZero();
      assertThat(log()).containsExactly("1", "2");
    }
  }

  /** Claims a stage, and then waits for its end. */
  static final class ClaimingProgram {
    private ClaimingProgram() {}

    public static void main(String[] args) throws InterruptedException {
      try (CheckpointManager checkpoints = CheckpointManager.open(args[0])) {
        boolean held = checkpoints.claim("train", OPTIONS) instanceof ClaimResult.Held;
        System.out.println(held ? "held" : "busy");
        Thread.currentThread().join();
      }
    }
  }

  @Test
  void claim_ofAKilledProcess_isTakenAtOnce_byTheLibraryToo_unlessOnlyLeasesCount()
      throws Exception {
    try (ChildJvm killed = ChildJvm.running(ClaimingProgram.class, store()).start();
        CheckpointManager here = CheckpointManager.open(store());
        CheckpointManager patient =
            CheckpointManager.builder().location(store()).onlyLeases().open()) {
      assertThat(killed.line()).isEqualTo("held");
      assertThat(here.claim("train", OPTIONS)).isInstanceOf(ClaimResult.Busy.class);
      killed.kill();

      assertThat(patient.claim("train", OPTIONS)).isInstanceOf(ClaimResult.Busy.class);
      assertThat(here.claim("train", OPTIONS))
          .isInstanceOfSatisfying(
              ClaimResult.Held.class, held -> assertThat(held.claim().attempt()).isEqualTo(2));
      assertThat(here.status())
          .anySatisfy(status -> assertThat(status.state()).isEqualTo(StageState.RUNNING));
    }
  }

  @Test
  void claim_ofAnotherManagerOfThisProcess_isRespected() {
    try (CheckpointManager other = CheckpointManager.open(store())) {
      try (CheckpointManager one = CheckpointManager.open(store())) {
        assertThat(one.claim("train", OPTIONS)).isInstanceOf(ClaimResult.Held.class);
        assertThat(other.claim("train", OPTIONS)).isInstanceOf(ClaimResult.Busy.class);
      }

      assertThat(other.claim("train", OPTIONS)).isInstanceOf(ClaimResult.Busy.class);
    }
  }

  @Test
  @Tag("extended") // needs root
  void run_afterARunKilledInAnotherNamespaceOfProcesses_isBusyUntilItsLeaseEnds() throws Exception {
    List<String> words =
        List.of(
            "--store",
            store(),
            "run",
            "train",
            "--claim",
            "--lease",
            LEASE,
            "--",
            "sh",
            "-c",
            "echo ready; exec sleep 600");
    try (ChildJvm killed =
        ChildJvm.running(Main.class, words.toArray(String[]::new))
            .launchedBy(List.of("unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--"))
            .start()) {
      assertThat(killed.line()).isEqualTo("ready");
      killed.kill();

      assertThat(runAgain("--on-busy", "fail").status()).isEqualTo(103);
    }
  }

  @Test
  @Tag("extended") // needs root
  void run_whereProcessesAreHidden_isBusyUntilTheLeaseEnds() throws Exception {
    try (ChildJvm killed = startInDirectory("echo ready; exec sleep 600")) {
      assertThat(killed.line()).isEqualTo("ready");
      killed.kill();
      String hide = "mount -t proc -o hidepid=2 proc /proc && exec \"$@\"";
      List<String> hidden = List.of("unshare", "--mount", "sh", "-c", hide, "sh");
      try (ChildJvm next =
          ChildJvm.running(
                  Main.class,
                  "--store",
                  store(),
                  "run",
                  "train",
                  "--claim",
                  "--on-busy",
                  "fail",
                  "--",
                  "true")
              .launchedBy(hidden)
              .start()) {
        assertThat(next.await()).isEqualTo(103);
      }
      assertThat(runAgain("--on-busy", "fail").status()).isZero();
    }
  }
}
