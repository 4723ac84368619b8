package io.github.checkpointmanager.testing;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointHistory;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.PayloadCodec;
import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.StageOptions;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineRunner;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.file.FileStore;
import io.github.checkpointmanager.store.memory.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A small pipeline whose log lines a test reads: a process of its own, since levels are fixed when
 * the first logger is made.
 */
public final class LoggedPipeline {
  /** In every payload and all metadata. */
  public static final String SECRET = "hunter2";

  private static final SaveOptions SECRETS =
      SaveOptions.none()
          .meta("token", SECRET)
          .payload("text/plain", SECRET.getBytes(StandardCharsets.UTF_8));

  private LoggedPipeline() {}

  /** Takes an empty directory for checkpoints. */
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
            .meta("token", SECRET)
            .payload("text/plain", SECRET.repeat(1_000_000).getBytes(StandardCharsets.UTF_8)));
    store.reset();
    checkpoints.clear(List.of("broken"));
    checkpoints.clear();
    CheckpointHistory history = checkpoints.history();
    history.restore("data_ingestion", history.versions("data_ingestion").get(1).versionId());
    history.purge(List.of("data_ingestion"));
    history.purgeAll();
    failInAPipeline();
    keepSecrets(new MemoryStore());
    keepSecrets(FileStore.at(Path.of(args[0])));
  }

  private static void failInAPipeline() {
    CheckpointManager checkpoints = CheckpointManager.builder().store(new MemoryStore()).open();
    Pipeline etl =
        Pipeline.named("etl")
            .then(
                PipelineStage.of(
                    "ingest",
                    task -> {
                      throw new IOException("disk gone");
                    }))
            .then(PipelineStage.of("clean", task -> {}))
            .build();
    require(!PipelineRunner.of(checkpoints).run(etl).isComplete());
  }

  /** Everything that succeeds with a payload and metadata. */
  private static void keepSecrets(CheckpointStore store) {
    CheckpointManager checkpoints = CheckpointManager.builder().store(store).open();
    Checkpoint saved = checkpoints.save("by hand", SECRETS).checkpoint().orElseThrow();
    checkpoints.save("by hand", SECRETS);
    checkpoints.replace(saved, SECRETS);
    for (int run = 0; run < 2; run++) {
      checkpoints.stage("with a codec", PayloadCodec.utf8(), () -> SECRET);
      checkpoints.stage(
          "claimed",
          StageOptions.exclusive(Duration.ofSeconds(60))
              .saving(SaveOptions.none().meta("token", SECRET)),
          PayloadCodec.utf8(),
          context -> SECRET);
    }
    require(checkpoints.read("by hand").orElseThrow().payload().isPresent());
    require(checkpoints.verify().invalid().isEmpty());
    checkpoints.status();
    CheckpointHistory history = checkpoints.history();
    checkpoints.clear(List.of("by hand"));
    String version = history.records("by hand").get(1).versionId();
    require(history.read("by hand", version).payload().isPresent());
    history.restore("by hand", version);
    require(checkpoints.get("by hand").orElseThrow().meta().containsValue(SECRET));
    damage(store, "by hand", "Meta.token: ", "Meta token: ");
    damage(store, "claimed", SECRET, SECRET + "!");
    require(checkpoints.verify().invalid().size() == 2);
    require(!checkpoints.has("by hand"));
    checkpoints.save("by hand", SECRETS);
  }

  private static void damage(CheckpointStore store, String stage, String old, String changed) {
    String key = stage + ".checkpoint";
    String record = new String(store.read(key).orElseThrow().content(), StandardCharsets.UTF_8);
    require(record.contains(old));
    Records.putCheckpoint(store, stage, record.replace(old, changed));
  }

  private static void require(boolean condition) {
    if (!condition) {
      throw new IllegalStateException();
    }
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
