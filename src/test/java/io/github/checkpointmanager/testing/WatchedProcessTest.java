package io.github.checkpointmanager.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WatchedProcessTest {
  /** A length of sleep that nothing else on this machine sleeps. */
  private final String endless = "6" + ProcessHandle.current().pid() + "." + System.nanoTime();

  /** Ignores the signals that it can, and has a child, a grandchild and an orphan of its kind. */
  private ProcessBuilder stubborn() {
    String script =
        "trap '' TERM INT HUP; sleep \"$0\" & sh -c 'sleep \"$0\" & wait' \"$0\" &"
            + " (setsid sleep \"$0\" &); echo ready; while :; do sleep 0.1; done";
    return new ProcessBuilder(List.of("sh", "-c", script, endless))
        .redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  private List<String> left() {
    return ProcessHandle.allProcesses()
        .map(handle -> handle.info().commandLine().orElse(""))
        .filter(line -> line.contains(endless))
        .toList();
  }

  private void awaitAllStarted(BufferedReader out) throws Exception {
    assertThat(out.readLine()).isEqualTo("ready");
    while (left().size() < 5) {
      Thread.sleep(10);
    }
  }

  @Test
  void childThatNeverEnds_failsAtItsLimit_andLeavesNoProcess() throws Exception {
    try (WatchedProcess child = WatchedProcess.start(stubborn(), Duration.ofSeconds(3))) {
      BufferedReader out = child.process().inputReader(UTF_8);
      awaitAllStarted(out);

      assertThat(out.readLine()).as("after the limit").isNull();
      assertThatThrownBy(child::await)
          .isInstanceOf(AssertionError.class)
          .hasMessageStartingWith("was killed, it ran for more than PT3S: sh -c ");
      assertThatThrownBy(child::requireInTime).isInstanceOf(AssertionError.class);
      while (!left().isEmpty()) {
        Thread.sleep(10); // The watchdog is at work.
      }
    }
  }

  @Test
  void close_leavesNoProcess_notEvenOfOneThatHasEnded() throws Exception {
    WatchedProcess child = WatchedProcess.start(stubborn());
    awaitAllStarted(child.process().inputReader(UTF_8));
    child.process().destroyForcibly();
    child.process().waitFor();

    child.close();

    assertThat(left()).isEmpty();
  }

  @Test
  void childThatEndsInTime_hasItsStatus() throws Exception {
    try (WatchedProcess child = WatchedProcess.start(new ProcessBuilder("sh", "-c", "exit 7"))) {
      assertThat(child.await()).isEqualTo(7);
      child.requireInTime();
    }
  }

  /** As under {@code nohup}: only a shell that did not start with the signals ignored can trap. */
  @Test
  void withDefaultSignals_trapsAreObeyedThoughTheSignalsWereIgnored() throws Exception {
    List<String> trapping = List.of("sh", "-c", "trap 'echo trapped; exit' INT; kill -s INT $$");

    assertThat(whereSignalsAreIgnored(trapping)).isEmpty();
    assertThat(whereSignalsAreIgnored(WatchedProcess.withDefaultSignals(trapping)))
        .containsExactly("trapped");
  }

  private static List<String> whereSignalsAreIgnored(List<String> command)
      throws IOException, InterruptedException {
    List<String> line =
        new java.util.ArrayList<>(List.of("sh", "-c", "trap '' INT HUP QUIT; exec \"$@\"", "sh"));
    line.addAll(command);
    try (WatchedProcess child = WatchedProcess.start(new ProcessBuilder(line))) {
      List<String> said = child.process().inputReader(UTF_8).lines().toList();
      assertThat(child.await()).isZero();
      return said;
    }
  }
}
