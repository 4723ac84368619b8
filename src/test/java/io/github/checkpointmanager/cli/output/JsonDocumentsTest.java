package io.github.checkpointmanager.cli.output;

import static io.github.checkpointmanager.cli.output.GoldenDocuments.COMPLETED_AT;
import static io.github.checkpointmanager.cli.output.GoldenDocuments.RESTORED_AT;
import static io.github.checkpointmanager.cli.output.GoldenDocuments.STARTED_AT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documents of {@code --output json} against golden files, see {@link GoldenDocuments}. */
class JsonDocumentsTest {
  @TempDir private Path directory;

  private String store = "";
  private GoldenDocuments golden;

  @BeforeEach
  void nameStore() {
    store = directory.resolve("checkpoints").toString();
    golden = new GoldenDocuments(directory);
  }

  @Test
  void save_saved() throws IOException {
    CommandRun.Result result = json("save", "train", "--meta", "lr=0.1");

    golden.assertGolden("save/saved.json", result.out());
  }

  @Test
  void save_alreadySaved() throws IOException {
    json("save", "train");

    golden.assertGolden("save/already-saved.json", json("save", "train").out());
  }

  @Test
  void has_completed() throws IOException {
    json("save", "train");

    golden.assertGolden("has/completed.json", json("has", "train").out());
  }

  @Test
  void has_notCompleted() throws IOException {
    golden.assertGolden("has/not-completed.json", json("has", "train").out());
  }

  @Test
  void has_damaged() throws IOException {
    Files.createDirectories(directory.resolve("checkpoints"));
    Files.createFile(directory.resolve("checkpoints/train.checkpoint"));

    golden.assertGolden("has/damaged.json", json("has", "train").out());
  }

  @Test
  void get_withPayload() throws IOException {
    golden
        .command()
        .input("{}".getBytes(UTF_8))
        .run("--store", store, "save", "train", "--payload", "-");

    golden.assertGolden("get/with-payload.json", json("get", "train").out());
  }

  @Test
  void get_ofHomeMadeRecord() throws IOException {
    Files.createDirectories(directory.resolve("checkpoints"));
    Files.writeString(directory.resolve("checkpoints/train.checkpoint"), "COMPLETED\n");

    golden.assertGolden("get/other-tool.json", json("get", "train").out());
  }

  @Test
  void list_withDamagedOne() throws IOException {
    json("save", "train");
    Files.createFile(directory.resolve("checkpoints/merge.checkpoint"));

    golden.assertGolden("list/with-damaged.json", json("list").out());
  }

  @Test
  void list_ofEmptyLocation() throws IOException {
    golden.assertGolden("list/empty.json", json("list").out());
  }

  @Test
  void verify_withDamagedOne() throws IOException {
    json("save", "train");
    Files.createFile(directory.resolve("checkpoints/merge.checkpoint"));

    golden.assertGolden("verify/with-damaged.json", json("verify").out());
  }

  @Test
  void clear_dryRun() throws IOException {
    json("save", "train");

    golden.assertGolden("clear/dry-run.json", json("clear", "--dry-run").out());
  }

  @Test
  void clear_yes() throws IOException {
    json("save", "train");

    golden.assertGolden("clear/done.json", json("clear", "--yes").out());
  }

  @Test
  void clear_andPurge_ofNamesThatAreNotThere() throws IOException {
    json("save", "train");
    json("save", "report");

    golden.assertGolden("clear/absent.json", json("clear", "--yes", "report", "trian", "x").out());
    golden.assertGolden("purge/absent.json", json("purge", "--yes", "report", "trian", "x").out());
  }

  @Test
  void history_withEveryState() throws IOException {
    json("save", "train");
    String first = version(0);
    json("clear", "--yes");
    Files.writeString(directory.resolve("checkpoints/train.checkpoint"), "rubbish");
    golden.setClock(RESTORED_AT);
    json("restore", "train", "--version", first);

    golden.assertGolden("history/every-state.json", json("history", "train").out());
  }

  @Test
  void history_ofAnUnknownStage() throws IOException {
    golden.assertGolden("history/empty.json", json("history", "train").out());
  }

  @Test
  void restore_dryRunThenRestoredThenAlreadyThere() throws IOException {
    json("save", "train");
    json("save", "train", "--replace");
    String first = version(1);

    golden.setClock(RESTORED_AT);
    golden.assertGolden(
        "restore/dry-run.json", json("restore", "train", "--version", first, "--dry-run").out());
    golden.assertGolden(
        "restore/restored.json", json("restore", "train", "--version", first).out());
    golden.assertGolden(
        "restore/already-there.json", json("restore", "train", "--version", first).out());
  }

  @Test
  void restore_afterAClear() throws IOException {
    json("save", "train");
    String first = version(0);
    json("clear", "--yes");
    golden.setClock(RESTORED_AT);

    golden.assertGolden(
        "restore/after-a-clear.json", json("restore", "train", "--version", first).out());
  }

  @Test
  void purge_dryRunAndYes() throws IOException {
    json("save", "train");

    golden.assertGolden("purge/dry-run.json", json("purge", "--dry-run").out());
    golden.assertGolden("purge/done.json", json("purge", "--yes").out());
  }

  /** The id of a version of {@code train}, 0 for the newest. */
  private String version(int index) {
    return json("history", "train").out().split("\"version\":\"", -1)[index + 1].split("\"", 2)[0];
  }

  @Test
  void doctor_ofAFitStore() {
    golden.assertGolden(
        "doctor/fit.json",
        golden.command().run("--store", "memory:fit", "--output", "json", "doctor").out());
  }

  @Test
  void doctor_ofAnUnfitStore() throws IOException {
    Files.createFile(directory.resolve("checkpoints"));

    golden.assertGolden("doctor/unfit.json", json("doctor").out());
  }

  @Test
  void demo_isOneDocument() throws IOException {
    CommandRun.Result result = json("demo");

    assertThat(result.err()).isEmpty();
    golden.assertGolden("demo/done.json", result.out());
  }

  @Test
  void result_ofSkippedRun() throws IOException {
    json("save", "train");

    golden.assertGolden("run-result-file/skipped.json", resultOf(List.of(), "true"));
  }

  /** Its work takes from STARTED_AT to COMPLETED_AT. */
  private String[] work() {
    golden.setClock(STARTED_AT);
    return new String[] {"sh", "-c", golden.setClockTo(COMPLETED_AT)};
  }

  @Test
  void result_ofSavedRun() throws IOException {
    golden.assertGolden("run-result-file/saved.json", resultOf(List.of("--no-claim"), work()));
  }

  @Test
  void result_ofRunThatAnotherWorkerOvertook() throws IOException {
    Path winner = directory.resolve("winner");
    golden.command().run("--store", winner.toString(), "save", "train", "--meta", "by=another");

    golden.assertGolden(
        "run-result-file/already-saved.json",
        resultOf(List.of("--no-claim"), "sh", "-c", "cp -R " + winner + " \"$CHECKPOINT_STORE\""));
  }

  @Test
  void result_ofFailedRun() throws IOException {
    golden.assertGolden("run-result-file/failed.json", resultOf(List.of("--no-claim"), "false"));
  }

  @Test
  void result_ofRunThatWasNotRecorded() throws IOException {
    golden.assertGolden(
        "run-result-file/not-recorded.json",
        resultOf(List.of("--no-claim", "--payload", directory + "/none"), "true"));
  }

  @Test
  void result_ofRunThatWasNotStarted() throws IOException {
    golden.assertGolden("run-result-file/not-started.json", resultOf(List.of(), "no-such-program"));
  }

  @Test
  void result_ofClaimedRunThatSaved() throws IOException {
    golden.assertGolden("run-result-file/claimed-saved.json", resultOf(List.of("--claim"), work()));
  }

  @Test
  void result_ofClaimedRunThatFailed() throws IOException {
    golden.assertGolden(
        "run-result-file/claimed-failed.json", resultOf(List.of("--claim"), "false"));
  }

  private CheckpointManager otherWorker() {
    golden.setClock(STARTED_AT);
    return golden.manager().location(store).user("bob").host("w8").open();
  }

  @Test
  void result_ofRunThatFoundTheStageBusy() throws IOException {
    try (CheckpointManager worker = otherWorker()) {
      assertThat(worker.claim("train", ClaimOptions.lease(Duration.ofMinutes(5))))
          .isInstanceOf(ClaimResult.Held.class);

      golden.assertGolden(
          "run-result-file/busy.json", resultOf(List.of("--claim", "--on-busy", "fail"), "true"));
    }
  }

  @Test
  void result_ofRunThatHasFailedTooOften() throws IOException {
    json("run", "train", "--claim", "--", "false");

    golden.assertGolden(
        "run-result-file/attempts-exhausted.json",
        resultOf(List.of("--claim", "--max-attempts", "1"), "true"));
  }

  @Test
  void result_ofRunThatLostItsClaim() throws IOException {
    golden.assertGolden(
        "run-result-file/claim-lost.json",
        resultOf(
            List.of("--claim"),
            "sh",
            "-c",
            "mv \"$CHECKPOINT_STORE/train.claim\" " + directory + "/taken.claim"));
  }

  @Test
  void status_withClaims() throws IOException {
    json("save", "completed");
    golden.setClock(STARTED_AT);
    json("run", "failed", "--claim", "--", "false");
    Files.createFile(directory.resolve("checkpoints/unreadable.claim"));

    golden.assertGolden("status/with-claims.json", json("status").out());
  }

  @Test
  void status_verified() throws IOException {
    json("save", "completed");
    Files.createFile(directory.resolve("checkpoints/corrupt.checkpoint"));

    golden.assertGolden("status/verified.json", json("status", "--verify").out());
  }

  @Test
  void status_recursive() throws IOException {
    json("save", "here");
    golden.command().run("--store", store + "/2026/11", "save", "there");

    golden.assertGolden("status-recursive/two-locations.json", json("status", "--recursive").out());
  }

  @Test
  void release_ofAClaim() throws IOException {
    try (CheckpointManager worker = otherWorker()) {
      assertThat(worker.claim("train", ClaimOptions.lease(Duration.ofMinutes(5))))
          .isInstanceOf(ClaimResult.Held.class);

      golden.assertGolden(
          "release/released.json",
          json("release", "train", "--force", "--reason", "it hangs").out());
    }
  }

  @Test
  void release_ofNone() throws IOException {
    golden.assertGolden(
        "release/no-claim.json", json("release", "train", "--force", "--reason", "it hangs").out());
  }

  private CommandRun.Result json(String... args) {
    return json(golden.command(), args);
  }

  private CommandRun.Result json(CommandRun command, String... args) {
    return golden.run(command.store(store).json(), args);
  }

  /** What a run of {@code train} with these options and this command writes to its result file. */
  private String resultOf(List<String> options, String... command) throws IOException {
    Path file = directory.resolve("result.json");
    List<String> line = new ArrayList<>(List.of("run", "train", "--result-file", file.toString()));
    line.addAll(options);
    line.add("--");
    line.addAll(List.of(command));
    json(line.toArray(String[]::new));
    return Files.readString(file);
  }
}
