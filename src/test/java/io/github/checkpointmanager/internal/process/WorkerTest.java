package io.github.checkpointmanager.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.internal.process.Worker.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of user and host where the system has none, as in many containers. */
class WorkerTest {
  private static final Path NOWHERE = Path.of("/no/such/file");

  @TempDir private Path directory;

  private static Machine machine(Map<String, String> environment, String user, Path hostFile) {
    return new Machine(environment, user, Path.of("/proc/self"), hostFile);
  }

  @Test
  void user_isTheSystems() {
    assertThat(machine(Map.of("USER", "bob"), "alice", NOWHERE).user()).contains("alice");
  }

  @Test
  void userWithoutAName_isTheVariable_elseTheNumber() throws IOException {
    assertThat(machine(Map.of("USER", "bob"), "?", NOWHERE).user()).contains("bob");
    assertThat(machine(Map.of("LOGNAME", "carol"), "?", NOWHERE).user()).contains("carol");
    String uid = String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    assertThat(machine(Map.of("USER", " "), "?", NOWHERE).user()).contains(uid);
    assertThat(new Machine(Map.of(), "", NOWHERE, NOWHERE).user()).isEmpty();
  }

  @Test
  void host_isTheVariable_elseTheKernels() throws IOException {
    Path hostFile = Files.writeString(directory.resolve("hostname"), "kernel\n");
    assertThat(machine(Map.of("HOSTNAME", "w7"), "", hostFile).host()).contains("w7");
    assertThat(machine(Map.of(), "", hostFile).host()).contains("kernel");
    assertThat(machine(Map.of("COMPUTERNAME", "PC"), "", NOWHERE).host()).contains("PC");
    assertThat(machine(Map.of(), "", NOWHERE).host()).isEmpty();
  }
}
