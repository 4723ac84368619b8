package io.github.checkpointmanager.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.testing.WatchedProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which real processes count as dead, and what becomes of those that they left behind. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeadProcessTest {
  private final ExecutionCookie cookie = ExecutionCookie.draw();
  private final DeathProof proof = new DeathProof(ProcessTable.LINUX, System.getenv());

  private WatchedProcess shell(String script) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", script);
    cookie.addTo(builder.environment());
    return WatchedProcess.start(builder);
  }

  /** As a claim would have it, if the process had taken one. */
  private ProcessIdentity identity(long pid) throws IOException {
    ProcessIdentity self = proof.self().orElseThrow();
    return of(self, pid, ProcessTable.LINUX.find(pid).orElseThrow().startTick());
  }

  private static void awaitState(long pid, char state) throws Exception {
    while (ProcessTable.LINUX.find(pid).orElseThrow().state() != state) {
      Thread.sleep(5);
    }
  }

  private boolean isDead(ProcessIdentity holder) {
    return proof.isDead(holder, cookie);
  }

  @Test
  void aKilledProcess_isDead_aLivingOneIsNot() throws Exception {
    try (WatchedProcess holder = WatchedProcess.start(new ProcessBuilder("sleep", "600"))) {
      ProcessIdentity identity = identity(holder.process().pid());
      assertThat(isDead(identity)).isFalse();

      holder.process().destroyForcibly().waitFor();

      assertThat(isDead(identity)).isTrue();
    }
  }

  @Test
  void aStoppedProcess_isNotDead() throws Exception {
    try (WatchedProcess holder = shell("kill -STOP $$; exec sleep 600")) {
      long pid = holder.process().pid();
      awaitState(pid, 'T');

      assertThat(isDead(identity(pid))).isFalse();
      assertThat(holder.process().isAlive()).isTrue();
    }
  }

  @Test
  void aProcessWhoseIdAnotherHasNow_isDead() throws Exception {
    try (WatchedProcess another = WatchedProcess.start(new ProcessBuilder("sleep", "600"))) {
      ProcessIdentity now = identity(another.process().pid());

      assertThat(isDead(of(now, now.pid(), now.startTick() - 1))).isTrue();
      assertThat(another.process().isAlive()).isTrue();
    }
  }

  /** The parent is stopped: a shell at work may read the status of its child at any moment. */
  @Test
  void aZombie_isDead() throws Exception {
    ProcessBuilder parent = new ProcessBuilder("sh", "-c", "sleep 600 & echo $!; kill -STOP $$");
    try (WatchedProcess child = WatchedProcess.start(parent)) {
      BufferedReader out = child.process().inputReader();
      ProcessIdentity holder = identity(Long.parseLong(out.readLine()));
      assertThat(isDead(holder)).isFalse();
      awaitState(child.process().pid(), 'T');
      ProcessHandle.of(holder.pid()).orElseThrow().destroyForcibly();
      awaitState(holder.pid(), 'Z');

      assertThat(isDead(holder)).isTrue();
    }
  }

  @Test
  void whatIsLeftOfTheExecution_isStoppedFirst_alsoWhatHasLeftItsParents(@TempDir Path directory)
      throws Exception {
    Path ended = directory.resolve("ended");
    String orphan =
        "trap 'echo in order > "
            + ended
            + "; exit' TERM; echo started; while :; do sleep 0.05; done";
    try (WatchedProcess holder =
        shell("(setsid sh -c \"" + orphan + "\" 2> /dev/null &); exec sleep 600")) {
      assertThat(holder.process().inputReader().readLine()).isEqualTo("started");
      ProcessIdentity identity = identity(holder.process().pid());
      holder.process().destroyForcibly().waitFor();

      assertThat(isDead(identity)).isTrue();

      assertThat(ProcessTable.LINUX.carriers(cookie).carrying()).isEmpty();
      assertThat(ended).hasContent("in order");
    }
  }

  @Test
  void whatIgnoresTerm_isKilled() throws Exception {
    String orphan = "trap '' TERM; echo started; while :; do sleep 0.05; done";
    try (WatchedProcess holder =
        shell("(setsid sh -c \"" + orphan + "\" 2> /dev/null &); exec sleep 600")) {
      assertThat(holder.process().inputReader().readLine()).isEqualTo("started");
      ProcessIdentity identity = identity(holder.process().pid());
      holder.process().destroyForcibly().waitFor();

      assertThat(isDead(identity)).isTrue();

      assertThat(ProcessTable.LINUX.carriers(cookie).carrying()).isEmpty();
    }
  }

  @Test
  void thisProcess_isNeverDead() {
    ProcessIdentity self = proof.self().orElseThrow();

    assertThat(isDead(self)).isFalse();
    assertThat(new DeathProof(ProcessTable.LINUX, Map.of()).isDead(self, cookie)).isFalse();
  }

  private static ProcessIdentity of(ProcessIdentity like, long pid, long startTick) {
    return new ProcessIdentity(
        like.machine(),
        like.boot(),
        like.pidNamespace(),
        like.timeNamespace(),
        like.uid(),
        pid,
        startTick);
  }
}
