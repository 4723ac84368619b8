package io.github.checkpointmanager.store.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult.Outcome;
import io.github.checkpointmanager.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes on one directory: what threads of one process cannot show. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FileStoreProcessesTest {
  private static final int PROCESSES = 8;

  @TempDir private Path directory;
  private final List<ChildJvm> processes = new ArrayList<>();

  @AfterEach
  void endProcesses() {
    processes.forEach(ChildJvm::close);
  }

  private ChildJvm start(String task, String... arguments) {
    ChildJvm process = StoreProgram.start(task, directory, arguments);
    processes.add(process);
    return process;
  }

  /** All are ready before the first one begins. */
  private void goAll() {
    for (ChildJvm process : processes) {
      process.say("go");
    }
  }

  @Test
  void create_byEightProcesses_isWrittenOnce() throws IOException {
    for (int i = 0; i < PROCESSES; i++) {
      start("create", "process " + i);
    }
    goAll();

    List<String> outcomes = new ArrayList<>();
    for (ChildJvm process : processes) {
      outcomes.addAll(process.rest());
    }

    assertThat(outcomes).hasSize(PROCESSES).containsOnlyOnce("WRITTEN");
    assertThat(outcomes).isSubsetOf("WRITTEN", "CONFLICT");
    int winner = outcomes.indexOf("WRITTEN");
    assertThat(Files.readString(directory.resolve("a"))).isEqualTo("process " + winner);
  }

  @Test
  void replace_asACounterOfEightProcesses_losesNoUpdate() throws IOException {
    int increments = 25;
    for (int i = 0; i < PROCESSES; i++) {
      start("count", String.valueOf(increments));
    }
    goAll();
    for (ChildJvm process : processes) {
      assertThat(process.rest()).containsExactly("done");
    }

    assertThat(Files.readString(directory.resolve("a")))
        .isEqualTo(String.valueOf(PROCESSES * increments));
  }

  @Test
  void killedWriter_leavesAWholeStateAndNoLock() throws Exception {
    FileStore store = new FileStore(directory, 7, Duration.ofSeconds(10));
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int kill = 0; kill < 6; kill++) {
      ChildJvm writer = start("churn");
      writer.say("go");
      for (int lines = random.nextInt(20) + 1; lines > 0; lines--) {
        assertThat(writer.line()).as("seed %d", seed).isIn("WRITTEN", "true");
      }
      writer.kill();

      Optional<StoredObject> found = store.read("a");
      found.ifPresent(state -> assertThat(isOfOneByte(state.content())).isTrue());
      // The next writer needs the lock, and starts from what is there.
      Version seen =
          found
              .map(StoredObject::version)
              .orElseGet(() -> store.create("a", new byte[1]).version().orElseThrow());
      assertThat(store.replace("a", new byte[] {1, 1}, seen).outcome())
          .as("seed %d", seed)
          .isEqualTo(Outcome.WRITTEN);
      assertThat(store.versions("a")).hasSizeBetween(2, 8 + 8);
      assertThat(store.list("").iterator().next().objects()).hasSize(1);
    }
  }

  private static boolean isOfOneByte(byte[] content) {
    for (byte each : content) {
      if (each != content[0]) {
        return false;
      }
    }
    return content.length > 0;
  }

  @Test
  void lockOfAnotherProcess_isNamedWithIt_andEndsWithIt() throws Exception {
    FileStore store = new FileStore(directory, 7, Duration.ofMillis(100));
    Version first = store.create("a", "1".getBytes(UTF_8)).version().orElseThrow();
    ChildJvm holder = start("hold");
    holder.say("go");
    String lock = holder.line();

    assertThatThrownBy(() -> store.replace("a", new byte[1], first))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("the lock " + lock + " has been held for more than 0.1 s by process ")
        .hasMessageContaining("process " + holder.pid() + " on ")
        .hasMessageContaining("releases the lock");
    assertThat(store.delete(Deletion.ofEach("a")).isComplete()).isFalse();

    holder.kill();
    assertThat(store.replace("a", new byte[1], first).outcome()).isEqualTo(Outcome.WRITTEN);
  }
}
