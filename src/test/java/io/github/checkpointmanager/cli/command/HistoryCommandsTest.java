package io.github.checkpointmanager.cli.command;

import static io.github.checkpointmanager.cli.CommandRun.checkpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.ClaimOptions;
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

/** {@code history}, {@code restore} and {@code purge}, and what {@code clear} says of them. */
class HistoryCommandsTest {
  @TempDir private Path directory;

  private String store = "";

  @BeforeEach
  void nameStore() {
    store = directory.resolve("checkpoints").toString();
  }

  private CommandRun.Result run(String... args) {
    return checkpoint(line(args));
  }

  private String[] line(String... args) {
    List<String> line = new ArrayList<>(List.of("--store", store));
    line.addAll(List.of(args));
    return line.toArray(String[]::new);
  }

  private Path file(String stage) {
    return directory.resolve("checkpoints").resolve(stage + ".checkpoint");
  }

  /** The ids that the table shows, newest first. */
  private List<String> versions(String stage) {
    return run("history", stage).out().lines().skip(1).map(l -> l.split(" ", 2)[0]).toList();
  }

  @Test
  void history_showsEachVersionWithWhoWhenAndState() throws IOException {
    run("save", "train");
    String first = versions("train").get(0);
    run("save", "train", "--replace");
    Files.writeString(file("train"), "rubbish");
    run("clear", "--yes");
    run("restore", "train", "--version", first);

    CommandRun.Result result = run("history", "train");

    assertThat(result.status()).isZero();
    assertThat(result.out().lines())
        .satisfiesExactly(
            header ->
                assertThat(header).matches("VERSION +STORED +COMPLETED +USER +HOST +SIZE +STATE"),
            row -> assertThat(row).matches("\\d{8}-.* current: restored from [0-9a-f]{32} by .*"),
            row -> assertThat(row).matches("\\d{8}-deleted +20.* +- +- +- +- +deleted"),
            row -> assertThat(row).contains("damaged: "),
            row -> assertThat(row).startsWith(first).contains("Z  20").endsWith("completed"));
  }

  @Test
  void history_ofAnUnknownStage_saysSoOnStandardError() {
    CommandRun.Result result = run("history", "train");

    assertThat(result.status()).isZero();
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("'train' has no history in " + store);
  }

  @Test
  void history_ofALocationThatKeepsNone_is6() {
    store = "file:" + store + "?history=0";
    run("save", "train");

    CommandRun.Result result = run("history", "train");

    assertThat(result.status()).isEqualTo(6);
    assertThat(result.err()).contains("keeps none (history=0)");
  }

  @Test
  void restore_ofAVersion_andOfATime_makeItCurrent() {
    run("save", "train", "--meta", "n=1");
    String first = versions("train").get(0);
    run("save", "train", "--replace", "--meta", "n=2");

    CommandRun.Result dry = run("restore", "train", "--version", first, "--dry-run");
    assertThat(dry.status()).isZero();
    assertThat(dry.out()).startsWith("train: would restore version " + first + ", completed 20");
    assertThat(run("get", "train").out()).contains("Meta.n     2").doesNotContain("Restored");

    CommandRun.Result restored = run("restore", "train", "--version", first);
    assertThat(restored.status()).isZero();
    assertThat(restored.out())
        .startsWith("train: restored version " + first)
        .contains(", over the one completed 20");
    assertThat(run("get", "train").out()).containsPattern("Meta.n +1").contains("Restored-By");
    assertThat(run("restore", "train", "--version", first).out()).contains("is current already");

    run("clear", "--yes");
    CommandRun.Result future = run("restore", "train", "--at", "2100-01-01T00:00:00+01:00");
    assertThat(future.status()).isEqualTo(2);
    assertThat(future.err()).contains("it had no checkpoint at 2099-12-31T23:00:00Z");
    assertThat(run("restore", "train", "--version", first).status()).isZero();
    assertThat(run("restore", "train", "--at", "2100-01-01T00:00Z").out())
        .contains("is current already");
  }

  @Test
  void restore_withWhatIsNoVersionOrNoTime_is2() {
    run("save", "train");

    assertThat(run("restore", "train", "--version", "v9").status()).isEqualTo(2);
    assertThat(run("restore", "train", "--version", "v9").err())
        .contains("Choose one of its versions: " + versions("train").get(0));
    assertThat(run("restore", "train", "--at", "yesterday").err())
        .contains("it is not a date, a time and a zone");
    assertThat(run("restore", "train", "--at", "2026-11-23T14:05:00").status()).isEqualTo(2);
    assertThat(run("restore", "train").status()).isEqualTo(2);
    assertThat(run("restore", "train", "--version", "1", "--at", "2").status()).isEqualTo(2);
  }

  @Test
  void restore_ofADamagedVersion_is5() throws IOException {
    Files.createDirectories(directory.resolve("checkpoints"));
    Files.writeString(file("train"), "rubbish");
    String rubbish = versions("train").get(0);

    assertThat(run("restore", "train", "--version", rubbish).status()).isEqualTo(5);
  }

  @Test
  void restoreAndPurge_whileAWorkerExecutesTheStage_are3_unlessForced() {
    run("save", "train");
    run("clear", "--yes");
    String first = versions("train").get(1);
    try (CheckpointManager worker = CheckpointManager.open(store)) {
      worker.claim("train", ClaimOptions.lease(Duration.ofMinutes(5)));

      assertThat(run("restore", "train", "--version", first).status()).isEqualTo(3);
      assertThat(run("purge", "--yes").status()).isEqualTo(3);
      assertThat(file("train")).doesNotExist();
      assertThat(run("restore", "train", "--version", first, "--force").status()).isZero();
    }
    assertThat(file("train")).exists();
  }

  @Test
  void purge_withYes_leavesNothing() {
    run("save", "train");
    run("save", "cleared");
    run("clear", "--yes", "cleared");

    assertThat(run("purge", "--dry-run").out().lines())
        .containsExactly(
            "would purge cleared", "would purge train", "would purge 2 stages of " + store);
    assertThat(file("train")).exists();

    CommandRun.Result result = run("purge", "--yes");

    assertThat(result.status()).isZero();
    assertThat(result.out()).isEqualTo("purged 2 stages of " + store + "\n");
    assertThat(versions("train")).isEmpty();
    assertThat(versions("cleared")).isEmpty();
  }

  @Test
  void purge_ofAStage_leavesTheOthers() {
    run("save", "train");
    run("save", "other");

    assertThat(run("purge", "--yes", "train").status()).isZero();

    assertThat(versions("train")).isEmpty();
    assertThat(versions("other")).hasSize(1);
  }

  @Test
  void purge_asksOnATerminal_andWantsYesElsewhere() {
    run("save", "train");

    CommandRun.Result refused = run("purge");
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains("Give --yes to purge without asking");
    CommandRun.Result no = new CommandRun().typed("n\n").run(line("purge"));
    assertThat(no.status()).isEqualTo(1);
    assertThat(no.err())
        .contains("this cannot be undone: the history goes too")
        .contains("Delete 1 stage of " + store + " with all versions? [y/N] ")
        .contains("nothing was purged");
    assertThat(file("train")).exists();
    assertThat(new CommandRun().typed("y\n").run(line("purge")).status()).isZero();
    assertThat(file("train")).doesNotExist();
  }

  @Test
  void clear_saysWhetherItCanBeUndone() {
    run("save", "train");

    assertThat(run("clear", "--dry-run").err()).contains("this can be undone by restore");
    assertThat(new CommandRun().typed("n\n").run(line("clear")).err())
        .contains("this can be undone by restore\nDelete 1 checkpoint");
    assertThat(run("clear", "--yes").err()).isEmpty();

    store = "file:" + store + "?history=0";
    run("save", "train");
    assertThat(run("clear", "--dry-run").err())
        .contains("warning: this cannot be undone")
        .contains("keeps no history");
    assertThat(run("--output", "json", "clear", "--dry-run").out()).contains("\"undoable\":false");
  }

  @Test
  void versionOption_ofOtherCommands_stillPrintsTheProgramsVersion() {
    assertThat(checkpoint("history", "--version").out()).startsWith("checkpoint ");
    assertThat(checkpoint("restore", "--help").out()).contains("--version=V").contains("--at=TIME");
  }
}
