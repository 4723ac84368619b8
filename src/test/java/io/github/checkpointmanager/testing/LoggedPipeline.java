package io.github.checkpointmanager.testing;

import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointHistory;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.store.memory.MemoryStore;
import java.nio.charset.StandardCharsets;

/**
 * A small pipeline whose log lines a test reads: a process of its own, since levels are fixed when
 * the first logger is made.
 */
public final class LoggedPipeline {
  private LoggedPipeline() {}

  /** Takes no arguments. */
  public static void main(String[] args) {
    FaultyStore store = FaultyStore.around(new MemoryStore());
    CheckpointManager checkpoints =
        CheckpointManager.builder().store(store).user("alice").host("w7").open();
    checkpoints.stage("data_ingestion", () -> {});
    checkpoints.stage("data_ingestion", () -> {});
    checkpoints.save("data_ingestion");
    checkpoints.save("forged\r\n[main] INFO all is well\u001B[2J");
    Records.putCheckpoint(store, "broken", "COMPLETED\nWrite-Id: 3f");
    checkpoints.has("broken");
    store.failWhen(call -> call.operation().isWrite(), FaultyStore.Fault.FAIL_BEFORE);
    tryToSave(checkpoints, "unreachable", SaveOptions.none());
    tryToSave(
        checkpoints,
        "large",
        SaveOptions.none()
            .meta("token", "hunter2")
            .payload("text/plain", "hunter2".repeat(1_000_000).getBytes(StandardCharsets.UTF_8)));
    store.reset();
    checkpoints.clear(java.util.List.of("broken"));
    checkpoints.clear();
    CheckpointHistory history = checkpoints.history();
    history.restore("data_ingestion", history.versions("data_ingestion").get(1).versionId());
    history.purge(java.util.List.of("data_ingestion"));
    history.purgeAll();
  }

  private static void tryToSave(CheckpointManager checkpoints, String stage, SaveOptions options) {
    try {
      checkpoints.save(stage, options);
      throw new IllegalStateException(stage + " was saved");
    } catch (CheckpointException expected) {
      System.out.println(expected.getMessage());
    }
  }
}
