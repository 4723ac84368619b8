package io.github.checkpointmanager.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * When a process counts as dead: each condition alone leaves it undecided. With files as in {@code
 * /proc}, since no machine has them all.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeathProofTest {
  private final ExecutionCookie cookie = ExecutionCookie.draw();
  private static final long HOLDER = 77;
  private static final long TICK = 900;

  @TempDir private Path directory;

  private CopiedProc proc() throws IOException {
    return new CopiedProc(directory);
  }

  private boolean isDead(CopiedProc proc) {
    return isDead(proc, Map.of());
  }

  private boolean isDead(CopiedProc proc, Map<String, String> environment) {
    DeathProof proof = new DeathProof(proc.table(), environment);
    return proof.isDead(holder(proc), cookie);
  }

  /** The holder, as it was recorded while all was well. */
  private ProcessIdentity holder(CopiedProc proc) {
    ProcessIdentity self = ProcessIdentity.ofThisProcess(proc.table(), Map.of()).orElseThrow();
    return of(self, HOLDER, TICK);
  }

  @Test
  void anAbsentHolder_isDead() throws Exception {
    assertThat(isDead(proc())).isTrue();
    assertThat(
            isDead(
                new CopiedProc(Files.createDirectory(directory.resolve("b")))
                    .process(HOLDER, 'S', 1, TICK)))
        .isFalse();
  }

  @Test
  void itsIdentity_isThatOfTheKernel() throws Exception {
    ProcessIdentity self = new DeathProof(proc().table(), Map.of()).self().orElseThrow();

    assertThat(self.boot()).isEqualTo("boot-1");
    assertThat(self.pidNamespace()).isEqualTo("pid:[1]");
    assertThat(self.timeNamespace()).isEqualTo("time:[1]");
    assertThat(self.uid()).isEqualTo(8);
    assertThat(self.pid()).isEqualTo(CopiedProc.SELF);
    assertThat(self.startTick()).isEqualTo(CopiedProc.TICK_OF_SELF);
  }

  @Test
  void aHolderThatDiffersInOneThing_isUndecided() throws Exception {
    CopiedProc proc = proc();
    DeathProof proof = new DeathProof(proc.table(), Map.of());
    ProcessIdentity h = holder(proc);
    List<ProcessIdentity> others =
        List.of(
            new ProcessIdentity(
                "x", h.boot(), h.pidNamespace(), h.timeNamespace(), h.uid(), HOLDER, TICK),
            new ProcessIdentity(
                h.machine(), "x", h.pidNamespace(), h.timeNamespace(), h.uid(), HOLDER, TICK),
            new ProcessIdentity(
                h.machine(), h.boot(), "x", h.timeNamespace(), h.uid(), HOLDER, TICK),
            new ProcessIdentity(
                h.machine(), h.boot(), h.pidNamespace(), "x", h.uid(), HOLDER, TICK),
            new ProcessIdentity(
                h.machine(), h.boot(), h.pidNamespace(), h.timeNamespace(), 0, HOLDER, TICK));

    assertThat(proof.isDead(h, cookie)).isTrue();
    assertThat(others).noneMatch(other -> proof.isDead(other, cookie));
  }

  @Test
  void anotherHostName_isAnotherMachine() throws Exception {
    CopiedProc proc = proc();
    ProcessIdentity before = holder(proc);
    proc.write("sys/kernel/hostname", "machine-2\n");

    assertThat(new DeathProof(proc.table(), Map.of()).isDead(before, cookie)).isFalse();
  }

  @Test
  void aZombieOfSeveralTasks_isUndecided() throws Exception {
    CopiedProc proc = proc();

    assertThat(isDead(proc.process(HOLDER, 'Z', 2, TICK))).isFalse();
    assertThat(isDead(proc.process(HOLDER, 'Z', 1, TICK))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rw,hidepid=1",
        "rw,hidepid=2",
        "rw,gid=4,hidepid=invisible",
        "hidepid=ptraceable,rw"
      })
  void whereProcessesAreHidden_itIsUndecided(String options) throws Exception {
    String line = CopiedProc.NOTHING_HIDDEN;
    String hiding = line.substring(0, line.length() - 2) + options;

    assertThat(isDead(proc().mounts(hiding))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "22 27 0:21 / /sys rw - sysfs sysfs rw",
        "22 27 0:21 / /proc rw - tmpfs tmpfs rw",
        "22 27 0:21 / /proc rw - proc proc rw\n23 22 0:5 / /proc/77 rw - tmpfs tmpfs rw",
      })
  void whereProcIsNotWhole_itIsUndecided(String mounts) throws Exception {
    assertThat(isDead(proc().mounts(mounts))).isFalse();
  }

  @Test
  void hidepidOff_hidesNothing() throws Exception {
    assertThat(isDead(proc().mounts(CopiedProc.NOTHING_HIDDEN + ",hidepid=off"))).isTrue();
    assertThat(isDead(proc2().mounts(CopiedProc.NOTHING_HIDDEN + ",hidepid=0"))).isTrue();
  }

  private CopiedProc proc2() throws IOException {
    return new CopiedProc(Files.createDirectory(directory.resolve("second")));
  }

  @Test
  void whereProcessOneIsNotSeen_itIsUndecided() throws Exception {
    assertThat(isDead(proc().remove(1))).isFalse();
  }

  @Test
  void whereProcIsOfAnotherNamespace_nobodyIsJudged_andNothingIsRecorded() throws Exception {
    CopiedProc proc = proc();
    ProcessIdentity holder = holder(proc);
    Files.delete(directory.resolve("self"));
    Files.createSymbolicLink(directory.resolve("self"), Path.of("2"));
    Files.createSymbolicLink(directory.resolve("2"), Path.of(Long.toString(CopiedProc.SELF)));
    DeathProof proof = new DeathProof(proc.table(), Map.of());

    assertThat(proof.self()).isEmpty();
    assertThat(proof.isDead(holder, cookie)).isFalse();
  }

  @Test
  void onLambda_nobodyIsJudged_andNothingIsRecorded() throws Exception {
    Map<String, String> lambda = Map.of("AWS_LAMBDA_FUNCTION_NAME", "f");
    CopiedProc proc = proc();

    assertThat(new DeathProof(proc.table(), lambda).self()).isEmpty();
    assertThat(isDead(proc, lambda)).isFalse();
  }

  @Test
  void afterARestore_nobodyIsJudged_andNothingIsRecorded() throws Exception {
    CopiedProc proc = proc();
    ProcessIdentity holder = holder(proc);
    DeathProof proof = new DeathProof(proc.table(), Map.of());
    assertThat(proof.self()).isPresent();

    proc.process(CopiedProc.SELF, 'S', 9, CopiedProc.TICK_OF_SELF + 1);
    assertThat(proof.self()).isEmpty();
    assertThat(proof.isDead(holder, cookie)).isFalse();
    assertThat(proof.isDead(of(holder, CopiedProc.SELF, CopiedProc.TICK_OF_SELF), cookie))
        .as("its own claim from before the restore")
        .isFalse();

    proc.process(CopiedProc.SELF, 'S', 9, CopiedProc.TICK_OF_SELF);
    proc.write("sys/kernel/random/boot_id", "boot-2\n");
    assertThat(proof.self()).isEmpty();
    assertThat(proof.isDead(holder, cookie)).isFalse();
  }

  @Test
  void anExecutionAroundThisProcess_isNeverStopped() throws Exception {
    Map<String, String> environment = new HashMap<>();
    cookie.addTo(environment);
    ExecutionCookie.draw().addTo(environment);

    assertThat(isDead(proc(), environment)).isFalse();
  }

  @Test
  void aLaterProcessWhoseEnvironmentCannotBeRead_leavesItUndecided() throws Exception {
    CopiedProc proc = proc();

    assertThat(isDead(proc.process(80, 'S', 1, TICK - 1).hiddenEnvironment(80)))
        .as("one that is older than the holder")
        .isTrue();
    assertThat(isDead(proc.process(81, 'S', 1, TICK).hiddenEnvironment(81))).isFalse();
  }

  @Test
  void withoutLinux_nothingIsKnown() throws Exception {
    ProcessIdentity holder = holder(proc());
    DeathProof proof = new DeathProof(new ProcessTable(directory.resolve("none")), Map.of());

    assertThat(proof.self()).isEqualTo(Optional.empty());
    assertThat(proof.isDead(holder, cookie)).isFalse();
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
