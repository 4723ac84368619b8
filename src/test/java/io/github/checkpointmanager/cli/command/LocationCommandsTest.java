package io.github.checkpointmanager.cli.command;

import static io.github.checkpointmanager.cli.CommandRun.checkpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code list}, {@code clear}, {@code verify} and {@code doctor} on a directory. */
class LocationCommandsTest {
  @TempDir private Path directory;

  private String store = "";

  @BeforeEach
  void nameStore() {
    store = directory.resolve("checkpoints").toString();
  }

  private void save(String... stages) {
    for (String stage : stages) {
      assertThat(checkpoint("--store", store, "save", "--", stage).status()).isZero();
    }
  }

  private void damage(String stage) throws IOException {
    save(stage);
    Files.writeString(file(stage), "COMPLETED\nWrite-Id: 0123\n");
  }

  private Path file(String stage) {
    return directory.resolve("checkpoints").resolve(stage + ".checkpoint");
  }

  @Test
  void list_showsStagesInOrderWithTheirState() throws IOException {
    save("train", "ingest");
    damage("merge");

    CommandRun.Result result = checkpoint("--store", store, "list");

    assertThat(result.status()).isZero();
    assertThat(result.out().lines())
        .satisfiesExactly(
            header ->
                assertThat(header).matches("STAGE +COMPLETED +USER +HOST +DURATION +SIZE +STATE"),
            row -> assertThat(row).startsWith("ingest  20").endsWith("completed"),
            row -> assertThat(row).startsWith("merge   -").contains("damaged: "),
            row -> assertThat(row).startsWith("train   20").endsWith("completed"));
  }

  @Test
  void list_ofEmptyLocation_saysSoOnStandardError() {
    CommandRun.Result result = checkpoint("--store", store, "list");

    assertThat(result.status()).isZero();
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).isEqualTo("checkpoint: no checkpoints in " + store + "\n");
  }

  @Test
  void list_escapesWhatATerminalWouldObey() {
    save("a\u001b[2Jb\nc\u202ed");

    assertThat(checkpoint("--store", store, "list").out())
        .contains("a\\u001b[2Jb\\nc\\u202ed")
        .doesNotContain("\u001b", "\u202e");
  }

  @Test
  void clear_withYes_deletesAll() {
    save("train", "ingest");

    CommandRun.Result result = checkpoint("--store", store, "clear", "--yes");

    assertThat(result.status()).isZero();
    assertThat(result.out()).isEqualTo("cleared 2 checkpoints of " + store + "\n");
    assertThat(file("train")).doesNotExist();
  }

  @Test
  void clear_ofNamedStages_leavesTheOthers() {
    save("train", "ingest", "-x");

    CommandRun.Result result = checkpoint("--store", store, "clear", "--yes", "--", "train", "-x");

    assertThat(result.status()).isZero();
    assertThat(file("train")).doesNotExist();
    assertThat(file("-x")).doesNotExist();
    assertThat(file("ingest")).exists();
  }

  @Test
  void clear_withoutTerminal_wantsYes() {
    save("train");

    CommandRun.Result result = checkpoint("--store", store, "clear");

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .isEqualTo(
            "checkpoint: Nothing was cleared: no user can be asked, since standard input or standard"
                + " error is not a terminal. Give --yes to clear without asking, or --dry-run to"
                + " see what would be deleted.\n");
    assertThat(file("train")).exists();
  }

  @Test
  void clear_onTerminal_asksAndDeletesOnYes() {
    save("train");

    CommandRun.Result result = new CommandRun().typed("y\n").run("--store", store, "clear");

    assertThat(result.status()).isZero();
    assertThat(result.err()).contains("Delete 1 checkpoint of " + store + "? [y/N] ");
    assertThat(file("train")).doesNotExist();
  }

  @Test
  void clear_onTerminal_deletesNothingOnAnyOtherAnswer() {
    save("train");

    for (String answer : new String[] {"", "\n", "n\n", "yep\n"}) {
      CommandRun.Result result = new CommandRun().typed(answer).run("--store", store, "clear");

      assertThat(result.status()).isEqualTo(1);
      assertThat(result.err()).contains("nothing was cleared");
    }
    assertThat(file("train")).exists();
  }

  @Test
  void clear_dryRun_namesWhatWouldGoAndDeletesNothing() {
    save("train", "ingest");

    CommandRun.Result result = checkpoint("--store", store, "clear", "--dry-run");

    assertThat(result.status()).isZero();
    assertThat(result.out().lines())
        .containsExactlyInAnyOrder(
            "would clear ingest", "would clear train", "would clear 2 checkpoints of " + store);
    assertThat(file("train")).exists();
  }

  @Test
  void verify_ofSoundLocation_is0() {
    save("train", "ingest");

    CommandRun.Result result = checkpoint("--store", store, "verify");

    assertThat(result.status()).isZero();
    assertThat(result.out()).isEqualTo("2 valid, 0 damaged or unreadable in " + store + "\n");
  }

  @Test
  void verify_ofDamagedRecord_is5AndNamesIt() throws IOException {
    save("train");
    damage("merge");

    CommandRun.Result result = checkpoint("--store", store, "verify");

    assertThat(result.status()).isEqualTo(5);
    assertThat(result.out())
        .startsWith("merge: damaged: ")
        .endsWith("1 valid, 1 damaged or unreadable in " + store + "\n");
  }

  @Test
  void longWork_onTerminal_showsAProgressBar() throws IOException {
    Files.createDirectories(directory.resolve("checkpoints"));
    for (int i = 0; i < Progress.MANY; i++) {
      Files.writeString(file("stage" + i), "COMPLETED\n");
    }

    CommandRun.Result verified = new CommandRun().typed("").run("--store", store, "verify");
    CommandRun.Result cleared = new CommandRun().typed("").run("--store", store, "clear", "--yes");

    assertThat(verified.out()).startsWith("100 valid, 0 damaged");
    assertThat(verified.err()).contains("Verifying");
    assertThat(cleared.out()).startsWith("cleared 100 checkpoints");
    assertThat(cleared.err()).contains("Clearing");
  }

  @Test
  void shortWork_onTerminal_showsNone() {
    save("train", "ingest");

    assertThat(new CommandRun().typed("").run("--store", store, "verify").err()).isEmpty();
  }

  @Test
  void longWork_withoutTerminal_showsNone() throws IOException {
    Files.createDirectories(directory.resolve("checkpoints"));
    for (int i = 0; i < Progress.MANY; i++) {
      Files.writeString(file("stage" + i), "COMPLETED\n");
    }

    assertThat(checkpoint("--store", store, "verify").err()).isEmpty();
  }

  @Test
  void doctor_ofDirectory_isFit() {
    save("train");

    CommandRun.Result result = checkpoint("--store", store, "doctor");

    assertThat(result.status()).isZero();
    assertThat(result.out())
        .startsWith("CHECK")
        .contains("OK")
        .endsWith(" is fit for checkpoints.\n");
  }

  @Test
  void clear_ofNamedStages_countsThemAndNotTheirCheckpoints() {
    checkpoint("--store", store, "save", "train");

    CommandRun.Result result =
        checkpoint("--store", store, "clear", "--yes", "train", "no-such-stage");

    assertThat(result.out()).isEqualTo("cleared 2 stages of " + store + "\n");
  }

  @Test
  void location_isShownWhole_howeverItWasWritten() {
    String relative = "no-such-directory-" + UUID.randomUUID();
    String whole = Path.of(relative).toAbsolutePath().toString();

    assertThat(checkpoint("--store", relative, "list").err())
        .isEqualTo("checkpoint: no checkpoints in " + whole + "\n");
    assertThat(checkpoint("--store", relative, "clear", "--yes").out())
        .isEqualTo("cleared 0 checkpoints of " + whole + "\n");
    assertThat(checkpoint("--store", relative, "--output", "json", "clear", "--yes").out())
        .startsWith("{\"location\":\"" + whole + "\",");
    assertThat(checkpoint("--store", relative, "verify").out()).contains(whole);
  }
}
