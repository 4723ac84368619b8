package io.github.checkpointmanager.pipeline.rollback;

import static io.github.checkpointmanager.pipeline.rollback.Deployment.STEPS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultyStore;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A rollback whose process dies before any of its requests has the same result when run again. */
class RollbackCrashTest {
  private static final List<String> REVERSE = List.of("switch", "deploy", "migrate");

  /** The death of the process: no code catches it, and no request follows. */
  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void run_afterACrashBeforeAnyRequest_comesToTheSameEnd() {
    int crashes = 0;
    for (int at = 0; crashAndResume(at); at++) {
      crashes++;
    }
    System.out.println("rollback: crashed before each of " + crashes + " requests, and resumed");
    assertThat(crashes).isGreaterThanOrEqualTo(32);
  }

  /** Whether there was a request to crash before. */
  private static boolean crashAndResume(int at) {
    var now = new AtomicReference<>(Instant.parse("2026-11-23T14:00:00Z"));
    var memory = new MemoryStore(now::get);
    var deployment = new Deployment();
    CheckpointManager before = CheckpointManager.builder().store(memory).open();
    Deployment.complete(before, STEPS);

    boolean crashed = crash(memory, deployment, at);

    now.updateAndGet(time -> time.plusSeconds(120)); // the dead process's claim runs out
    Rollback again = Rollback.of(before, deployment.pipeline());
    RollbackReport report = again.run();
    assertThat(report.isComplete()).as("crash before request %s", at).isTrue();
    assertThat(deployment.effects).as("crash before request %s", at).isEmpty();
    assertThat(before.completed()).as("crash before request %s", at).isEmpty();
    assertThat(Rollback.journal(before).orElseThrow().isFinished()).isTrue();
    assertAttemptsAreNumbered(deployment, at);
    return crashed;
  }

  private static boolean crash(MemoryStore memory, Deployment deployment, int at) {
    FaultyStore store = FaultyStore.around(memory);
    for (int index = at; index < at + 20; index++) {
      store.before(
          index,
          () -> {
            throw new Crash();
          });
    }
    CheckpointManager dying = CheckpointManager.builder().store(store).open();
    try {
      var unused = Rollback.of(dying, deployment.pipeline()).run();
      return false;
    } catch (Crash e) {
      return true;
    }
  }

  /** In reverse order, each at least once; a repeated one has the next number. */
  private static void assertAttemptsAreNumbered(Deployment deployment, int at) {
    List<String> begun = deployment.compensations;
    assertThat(begun)
        .as("crash before request %s", at)
        .doesNotHaveDuplicates()
        .hasSizeBetween(3, 4);
    assertThat(new LinkedHashSet<>(begun.stream().map(c -> c.split("#", 2)[0]).toList()))
        .as("crash before request %s", at)
        .containsExactlyElementsOf(REVERSE);
  }
}
