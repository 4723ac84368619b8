package io.github.checkpointmanager.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.internal.process.ProcessTable.Carriers;
import io.github.checkpointmanager.internal.process.ProcessTable.Entry;
import io.github.checkpointmanager.testing.ChildJvm;
import io.github.checkpointmanager.testing.WatchedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With real processes, and with a copy of {@code /proc} where no process can be had. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProcessTableTest {
  private static final ProcessTable TABLE = ProcessTable.LINUX;
  private final ExecutionCookie cookie = ExecutionCookie.draw();

  private WatchedProcess shell(String script) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", script);
    ExecutionCookie.draw().addTo(builder.environment()); // of an execution around it
    cookie.addTo(builder.environment());
    return WatchedProcess.start(builder);
  }

  /** Waits until the processes that carry the cookie are as wanted. */
  private List<Entry> await(Predicate<List<Entry>> wanted) throws Exception {
    while (true) {
      List<Entry> carrying = TABLE.carriers(cookie).carrying();
      if (wanted.test(carrying)) {
        return carrying;
      }
      Thread.sleep(5);
    }
  }

  private static boolean isSleep(Entry process) {
    return ProcessHandle.of(process.pid())
        .flatMap(handle -> handle.info().command())
        .filter(command -> command.endsWith("sleep"))
        .isPresent();
  }

  private static Entry entry(Process process) throws IOException {
    return TABLE.find(process.pid()).orElseThrow();
  }

  @Test
  void carriers_findADescendantThatHasLeftItsSessionAndItsParents() throws Exception {
    try (WatchedProcess child = shell("(setsid sh -c 'sleep 600 & exit' &); exit 0")) {
      assertThat(child.await()).isZero();

      List<Entry> carrying = await(found -> found.size() == 1 && isSleep(found.get(0)));

      ProcessHandle orphan = ProcessHandle.of(carrying.get(0).pid()).orElseThrow();
      assertThat(orphan.isAlive()).isTrue();
    }
  }

  @Test
  void carriers_findProcessesOfNestedExecutions() throws Exception {
    String nested = "CHECKPOINT_EXECUTIONS=$CHECKPOINT_EXECUTIONS:" + "0".repeat(32);
    try (WatchedProcess child = shell(nested + " exec sleep 600")) {
      assertThat(await(found -> !found.isEmpty()).get(0).pid()).isEqualTo(child.process().pid());
    }
  }

  @Test
  void carriers_areNotThoseWithAnotherCookie_norThoseThatLostIt() throws Exception {
    try (WatchedProcess child = shell("exec env -i sleep 600")) {
      assertThat(await(List::isEmpty)).isEmpty();
      assertThat(TABLE.carriers(ExecutionCookie.draw()).carrying()).isEmpty();
      assertThat(entry(child.process()).isDead()).isFalse();
    }
  }

  @Test
  void aZombie_isFound_isDead_andCarriesNothing() throws Exception {
    // A shell at work may read the status of its child at any moment; this one is stopped.
    try (WatchedProcess child = shell("sleep 600 & kill -STOP $$")) {
      while (entry(child.process()).state() != 'T') {
        Thread.sleep(5);
      }
      ProcessHandle zombie = child.process().children().findFirst().orElseThrow();
      zombie.destroyForcibly();
      while (!isZombie(zombie)) {
        Thread.sleep(5);
      }

      assertThat(TABLE.find(zombie.pid())).hasValueSatisfying(e -> assertThat(e.isDead()).isTrue());
      assertThat(TABLE.carriers(cookie).carrying())
          .extracting(Entry::pid)
          .containsExactly(child.process().pid());
    }
  }

  private boolean isZombie(ProcessHandle process) {
    try {
      return TABLE.find(process.pid()).filter(e -> e.state() == 'Z').isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void find_ofAProcessThatHasEnded_isEmpty() throws Exception {
    try (WatchedProcess child = shell("exit 0")) {
      assertThat(child.await()).isZero();
      assertThat(TABLE.find(child.process().pid())).isEmpty();
    }
  }

  @Test
  void startTick_isThatOfTheKernel_whateverTheNameOfTheProgram(@TempDir Path directory)
      throws Exception {
    Path program = directory.resolve("a ) Z 1 (b");
    Files.copy(Path.of("/bin/sleep"), program);
    ProcessBuilder builder = new ProcessBuilder(program.toString(), "600");
    cookie.addTo(builder.environment());
    try (WatchedProcess child = WatchedProcess.start(builder)) {
      List<Entry> carrying = await(found -> !found.isEmpty());
      String stat = Files.readString(Path.of("/proc/" + child.process().pid() + "/stat"));

      assertThat(stat).contains("(a ) Z 1 (b) ");
      assertThat(carrying).extracting(Entry::state).containsAnyOf('S', 'R', 'D');
      assertThat(carrying.get(0).startTick())
          .isEqualTo(Long.parseLong(stat.substring(stat.lastIndexOf(") ")).split(" ", -1)[20]));
    }
  }

  @Test
  void signal_endsExactlyTheProcessThatWasSeen() throws Exception {
    try (WatchedProcess child = shell("exec sleep 600")) {
      Entry seen = entry(child.process());
      Entry earlier =
          new Entry(seen.pid(), seen.state(), 1, seen.startTick() - 1, seen.kernelThread(), 1, 1);

      assertThat(TABLE.signal(earlier, true)).isFalse();
      assertThat(child.process().isAlive()).isTrue();
      assertThat(TABLE.signal(seen, false)).isTrue();
      assertThat(child.await()).isEqualTo(128 + 15);
      assertThat(TABLE.signal(seen, true)).isFalse();
    }
  }

  @Test
  void signal_kill_cannotBeRefused() throws Exception {
    try (WatchedProcess child = shell("trap '' TERM; echo ready; while :; do sleep 600; done")) {
      assertThat(child.process().inputReader().readLine()).isEqualTo("ready");
      assertThat(TABLE.signal(entry(child.process()), true)).isTrue();
      assertThat(child.await()).isEqualTo(128 + 9);
    }
  }

  @Test
  void aProcessWhoseEnvironmentCannotBeRead_isUnknown_unlessItIsTheKernels(@TempDir Path proc)
      throws Exception {
    CopiedProc copied =
        new CopiedProc(proc)
            .process(11, 'S', 1, 77)
            .process(12, 'S', 1, 77, 0x00200000)
            .process(13, 'Z', 1, 77);
    copied.hiddenEnvironment(11).hiddenEnvironment(12).hiddenEnvironment(13);

    Carriers carriers = copied.table().carriers(cookie);

    assertThat(carriers.carrying()).isEmpty();
    assertThat(carriers.unknown()).extracting(Entry::pid).containsExactly(11L);
    assertThat(carriers.unknown()).extracting(Entry::startTick).containsExactly(77L);
  }

  @Test
  void aProcessWhoseFirstThreadHasEnded_isAtWork_andShowsItsCookie(@TempDir Path proc)
      throws Exception {
    CopiedProc copied =
        new CopiedProc(proc)
            .process(11, 'Z', 2, 77)
            .hiddenEnvironment(11)
            .write("11/task/12/environ", "A=1\0CHECKPOINT_EXECUTIONS=" + cookie.value() + "\0");
    Files.createDirectories(proc.resolve("11/task/11/environ")); // cannot be read

    Carriers carriers = copied.table().carriers(cookie);

    assertThat(carriers.carrying()).extracting(Entry::isDead).containsExactly(false);
    assertThat(carriers.unknown()).isEmpty();
  }

  @Test
  void whereThereAreNoProcesses_nothingIsSaidOfThem(@TempDir Path noProc) {
    assertThatThrownBy(() -> new ProcessTable(noProc).carriers(cookie))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> new ProcessTable(noProc.resolve("none")).carriers(cookie))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aStatOfAnotherForm_isAnError(@TempDir Path proc) throws Exception {
    ProcessTable table = new CopiedProc(proc).write("11/stat", "11 (x) S 1\n").table();

    assertThatThrownBy(() -> table.find(11)).isInstanceOf(IOException.class);
    assertThat(table.find(12)).isEqualTo(Optional.empty());
  }

  /** Says what it sees of a cookie. */
  static final class Onlooker {
    private Onlooker() {}

    public static void main(String[] args) throws IOException {
      Carriers carriers = TABLE.carriers(new ExecutionCookie(args[0]));
      long pid = Long.parseLong(args[1]);
      System.out.println(
          (carriers.carrying().isEmpty() ? "none" : "carrying")
              + " "
              + (carriers.unknown().stream().anyMatch(e -> e.pid() == pid) ? "unknown" : "known"));
    }
  }

  @Test
  @Tag("extended") // needs root
  void anotherUsersProcess_isUnknown() throws Exception {
    try (WatchedProcess child = shell("exec sleep 600")) {
      String pid = Long.toString(child.process().pid());
      await(found -> !found.isEmpty());
      try (ChildJvm onlooker =
          ChildJvm.running(Onlooker.class, cookie.value(), pid)
              .launchedBy(List.of("setpriv", "--reuid", "65534", "--clear-groups", "--"))
              .start()) {
        assertThat(onlooker.line()).isEqualTo("none unknown");
      }
    }
  }
}
