package io.github.checkpointmanager.cli;

import static io.github.checkpointmanager.cli.CommandRun.checkpoint;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The documents of {@code --output json} against golden files: a field that is renamed, lost or
 * retyped breaks somebody's script. What differs from run to run is replaced first.
 */
class JsonDocumentsTest {
  @TempDir private Path directory;

  private String store = "";

  @BeforeEach
  void nameStore() {
    store = directory.resolve("checkpoints").toString();
  }

  @Test
  void save_saved() throws IOException {
    CommandRun.Result result = json("save", "train", "--meta", "lr=0.1");

    assertGolden("save-saved.json", result.out());
  }

  @Test
  void save_alreadySaved() throws IOException {
    json("save", "train");

    assertGolden("save-already-saved.json", json("save", "train").out());
  }

  @Test
  void has_completed() throws IOException {
    json("save", "train");

    assertGolden("has-completed.json", json("has", "train").out());
  }

  @Test
  void has_notCompleted() throws IOException {
    assertGolden("has-not-completed.json", json("has", "train").out());
  }

  @Test
  void has_damaged() throws IOException {
    Files.createDirectories(directory.resolve("checkpoints"));
    Files.createFile(directory.resolve("checkpoints/train.checkpoint"));

    assertGolden("has-damaged.json", json("has", "train").out());
  }

  @Test
  void get_withPayload() throws IOException {
    new CommandRun()
        .input("{}".getBytes(UTF_8))
        .run("--store", store, "save", "train", "--payload", "-");

    assertGolden("get.json", json("get", "train").out());
  }

  @Test
  void get_ofHomeMadeRecord() throws IOException {
    Files.createDirectories(directory.resolve("checkpoints"));
    Files.writeString(directory.resolve("checkpoints/train.checkpoint"), "COMPLETED\n");

    assertGolden("get-home-made.json", json("get", "train").out());
  }

  @Test
  void list_withDamagedOne() throws IOException {
    json("save", "train");
    Files.createFile(directory.resolve("checkpoints/merge.checkpoint"));

    assertGolden("list.json", json("list").out());
  }

  @Test
  void list_ofEmptyLocation() throws IOException {
    assertGolden("list-empty.json", json("list").out());
  }

  @Test
  void verify_withDamagedOne() throws IOException {
    json("save", "train");
    Files.createFile(directory.resolve("checkpoints/merge.checkpoint"));

    assertGolden("verify.json", json("verify").out());
  }

  @Test
  void clear_dryRun() throws IOException {
    json("save", "train");

    assertGolden("clear-dry-run.json", json("clear", "--dry-run").out());
  }

  @Test
  void clear_yes() throws IOException {
    json("save", "train");

    assertGolden("clear.json", json("clear", "--yes").out());
  }

  @Test
  void history_withEveryState() throws IOException {
    json("save", "train");
    String first = version(0);
    json("clear", "--yes");
    Files.writeString(directory.resolve("checkpoints/train.checkpoint"), "rubbish");
    json("restore", "train", "--version", first);

    assertGolden("history.json", json("history", "train").out());
  }

  @Test
  void history_ofAnUnknownStage() throws IOException {
    assertGolden("history-empty.json", json("history", "train").out());
  }

  @Test
  void restore_dryRunThenRestoredThenAlreadyThere() throws IOException {
    json("save", "train");
    json("save", "train", "--replace");
    String first = version(1);

    assertGolden(
        "restore-would.json", json("restore", "train", "--version", first, "--dry-run").out());
    assertGolden("restore-restored.json", json("restore", "train", "--version", first).out());
    assertGolden("restore-already-there.json", json("restore", "train", "--version", first).out());
  }

  @Test
  void purge_dryRunAndYes() throws IOException {
    json("save", "train");

    assertGolden("purge-dry-run.json", json("purge", "--dry-run").out());
    assertGolden("purge.json", json("purge", "--yes").out());
  }

  /** The id of a version of {@code train}, 0 for the newest. */
  private String version(int index) {
    return json("history", "train").out().split("\"version\":\"", -1)[index + 1].split("\"", 2)[0];
  }

  @Test
  void doctor_hasItsFields() {
    json("save", "train");

    assertThat(json("doctor").out())
        .startsWith("{\"location\":\"" + store + "\",\"fit\":true,\"findings\":[{\"check\":\"")
        .contains("\",\"verdict\":\"ok\",\"detail\":\"", "\",\"advice\":\"");
  }

  @Test
  void error_ofRefusedName() throws IOException {
    CommandRun.Result result = json("save", "");

    assertThat(result.out()).isEmpty();
    assertGolden("error.json", result.err());
  }

  @Test
  void error_ofAbsentStage() throws IOException {
    CommandRun.Result result = json("get", "train");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertGolden("error-absent.json", result.err());
  }

  @Test
  void demo_isOneDocument() throws IOException {
    CommandRun.Result result = json("demo");

    assertThat(result.err()).isEmpty();
    assertGolden("demo.json", result.out());
  }

  @Test
  void result_ofSkippedRun() throws IOException {
    json("save", "train");

    assertGolden("run-skipped.json", resultOf("run", "train", "--", "true"));
  }

  @Test
  void result_ofSavedRun() throws IOException {
    assertGolden("run-saved.json", resultOf("run", "train", "--", "true"));
  }

  @Test
  void result_ofFailedRun() throws IOException {
    assertGolden("run-failed.json", resultOf("run", "train", "--", "false"));
  }

  @Test
  void result_ofRunThatWasNotRecorded() throws IOException {
    assertGolden(
        "run-not-recorded.json",
        resultOf("run", "train", "--payload", directory + "/none", "--", "true"));
  }

  @Test
  void result_ofRunThatWasNotStarted() throws IOException {
    assertGolden("run-not-started.json", resultOf("run", "train", "--", "no-such-program"));
  }

  @Test
  void result_ofClaimedRunThatSaved() throws IOException {
    assertGolden("run-claimed-saved.json", resultOf("run", "train", "--claim", "--", "true"));
  }

  @Test
  void result_ofClaimedRunThatFailed() throws IOException {
    assertGolden("run-claimed-failed.json", resultOf("run", "train", "--claim", "--", "false"));
  }

  @Test
  void result_ofRunThatFoundTheStageBusy() throws IOException {
    try (CheckpointManager worker = CheckpointManager.open(store)) {
      assertThat(worker.claim("train", ClaimOptions.lease(Duration.ofMinutes(5))))
          .isInstanceOf(ClaimResult.Held.class);

      assertGolden(
          "run-busy.json", resultOf("run", "train", "--claim", "--on-busy", "fail", "--", "true"));
    }
  }

  @Test
  void result_ofRunThatHasFailedTooOften() throws IOException {
    json("run", "train", "--claim", "--", "false");

    assertGolden(
        "run-exhausted.json",
        resultOf("run", "train", "--claim", "--max-attempts", "1", "--", "true"));
  }

  @Test
  void result_ofRunThatLostItsClaim() throws IOException {
    assertGolden(
        "run-claim-lost.json",
        resultOf(
            "run", "train", "--claim", "--", "sh", "-c", "rm \"$CHECKPOINT_STORE/train.claim\""));
  }

  @Test
  void status_withClaims() throws IOException {
    json("save", "completed");
    json("run", "failed", "--claim", "--", "false");
    Files.createFile(directory.resolve("checkpoints/unreadable.claim"));

    assertGolden("status.json", json("status").out());
  }

  @Test
  void status_verified() throws IOException {
    json("save", "completed");
    Files.createFile(directory.resolve("checkpoints/corrupt.checkpoint"));

    assertGolden("status-verified.json", json("status", "--verify").out());
  }

  @Test
  void status_recursive() throws IOException {
    json("save", "here");
    checkpoint("--store", store + "/2026/11", "save", "there");

    assertGolden("status-recursive.json", json("status", "--recursive").out());
  }

  @Test
  void release_ofAClaim() throws IOException {
    try (CheckpointManager worker = CheckpointManager.open(store)) {
      assertThat(worker.claim("train", ClaimOptions.lease(Duration.ofMinutes(5))))
          .isInstanceOf(ClaimResult.Held.class);

      assertGolden(
          "release.json", json("release", "train", "--force", "--reason", "it hangs").out());
    }
  }

  @Test
  void release_ofNone() throws IOException {
    assertGolden(
        "release-none.json", json("release", "train", "--force", "--reason", "it hangs").out());
  }

  private CommandRun.Result json(String... args) {
    String[] line = new String[args.length + 4];
    System.arraycopy(new String[] {"--store", store, "--output", "json"}, 0, line, 0, 4);
    System.arraycopy(args, 0, line, 4, args.length);
    return new CommandRun().environment("PATH", System.getenv("PATH")).run(line);
  }

  private String resultOf(String... args) throws IOException {
    Path file = directory.resolve("result.json");
    String[] line = new String[args.length + 2];
    System.arraycopy(args, 0, line, 0, 2);
    line[2] = "--result-file";
    line[3] = file.toString();
    System.arraycopy(args, 2, line, 4, args.length - 2);
    json(line);
    return Files.readString(file);
  }

  private void assertGolden(String name, String document) throws IOException {
    String normal =
        document
            .replace(store, "STORE")
            .replace(directory.toString(), "DIRECTORY")
            .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME")
            .replaceAll("TIME by \\S+ on [^\"]+", "TIME by USER on HOST")
            .replaceAll("\"(user|host)\":\"[^\"]+\"", "\"$1\":\"TEXT\"")
            .replaceAll("on \\S+ \\(\\S+, process \\d+\\)", "on HOST (USER, process DIGITS)")
            .replaceAll("by \\S+ on [^\" ,]+, failures", "by USER on HOST, failures")
            .replaceAll("attempt 1 on \\S+ \\(", "attempt 1 on HOST (")
            .replaceAll("\"fencingToken\":\\d{13,}", "\"fencingToken\":NUMBER")
            .replaceAll("\"process\":\"\\d+\"", "\"process\":\"DIGITS\"")
            .replaceAll("\"writeId\":\"[0-9a-f]{32}\"", "\"writeId\":\"HEX\"")
            .replaceAll("\"restoredFrom\":\"[0-9a-f]{32}\"", "\"restoredFrom\":\"HEX\"")
            .replaceAll("\"restoredBy\":\"[^\"]+@[^\"]+\"", "\"restoredBy\":\"USER@HOST\"")
            .replaceAll("\"(\\d{8})-[0-9a-f]{16}\"", "\"$1-HEX\"")
            .replaceAll("\"durationSeconds\":\\d+\\.\\d+", "\"durationSeconds\":NUMBER")
            .replaceAll("\"size\":\\d{3}", "\"size\":NUMBER");
    try (InputStream golden = JsonDocumentsTest.class.getResourceAsStream("/cli/" + name)) {
      assertThat(golden).as("golden file %s for %s", name, normal).isNotNull();
      assertThat(normal).isEqualTo(new String(golden.readAllBytes(), UTF_8));
    }
  }
}
