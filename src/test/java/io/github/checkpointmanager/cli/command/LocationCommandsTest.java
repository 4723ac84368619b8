package io.github.checkpointmanager.cli.command;

import static io.github.checkpointmanager.cli.CommandRun.checkpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
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
  void clear_ofANameThatIsNotThere_saysSoWithTheNearestName_andCountsTheOthers() {
    save("train", "ingest", "report");

    CommandRun.Result result = checkpoint("--store", store, "clear", "--yes", "trian", "report");

    assertThat(result.status()).isZero();
    assertThat(result.out()).isEqualTo("cleared 1 stage of " + store + "\n");
    assertThat(result.err())
        .isEqualTo(
            "checkpoint: warning: 1 of 2 stages was there: no checkpoint of 'trian' (nearest:"
                + " 'train') in "
                + store
                + "\n");
    assertThat(file("train")).exists();
    assertThat(file("report")).doesNotExist();
  }

  @Test
  void clear_ofNothingThatIsThere_isNotConfirmedAsDone() {
    CommandRun.Result result =
        checkpoint("--store", store, "-q", "clear", "--yes", "a*", "no", "x");

    assertThat(result.status()).isZero();
    assertThat(result.err()).contains("0 of 3 stages were there: no checkpoint of 'a*', 'no', 'x'");
  }

  @Test
  void clear_withStrict_deletesNothingIfANameIsNotThere() {
    save("train", "report");

    CommandRun.Result result =
        checkpoint("--store", store, "clear", "--strict", "--yes", "report", "nosuch");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .isEqualTo(
            "checkpoint: Nothing was cleared: 1 of 2 stages was there: no checkpoint of 'nosuch' in "
                + store
                + ". Correct the names, or leave out --strict.\n");
    assertThat(file("report")).exists();
    assertThat(
            checkpoint("--store", store, "clear", "--strict", "--yes", "report", "train").status())
        .isZero();
  }

  @Test
  void clear_dryRun_namesWhatIsThere_andEndsAsTheClearWould() {
    save("train");

    CommandRun.Result result =
        checkpoint("--store", store, "clear", "--dry-run", "train", "ingest");

    assertThat(result.status()).isZero();
    assertThat(result.out().lines())
        .containsExactly("would clear train", "would clear 1 stage of " + store);
    assertThat(result.err()).contains("no checkpoint of 'ingest'");
    assertThat(
            checkpoint("--store", store, "clear", "--dry-run", "--strict", "train", "ingest")
                .status())
        .isEqualTo(1);
  }

  @Test
  void clear_onTerminal_saysWhatIsNotThereBeforeItAsks_once() {
    save("train");

    CommandRun.Result result =
        new CommandRun().typed("y\n").run("--store", store, "clear", "train", "ingest");

    assertThat(result.out()).isEqualTo("cleared 1 stage of " + store + "\n");
    assertThat(result.err())
        .containsOnlyOnce("no checkpoint of 'ingest'")
        .contains("Delete 1 stage of ");
  }

  @Test
  void clear_ofAStageThatIsClaimedOnly_findsIt() {
    new CommandRun().path().store(store).run("run", "train", "--", "false");

    CommandRun.Result result = checkpoint("--store", store, "clear", "--strict", "--yes", "train");

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).isEqualTo("cleared 1 stage of " + store + "\n");
  }

  @Test
  void clear_ofADamagedCheckpoint_findsIt() throws IOException {
    damage("train");

    assertThat(checkpoint("--store", store, "clear", "--strict", "--yes", "train").status())
        .isZero();
    assertThat(file("train")).doesNotExist();
  }

  @Test
  void clear_ofManyNamesThatAreNotThere_isShort() {
    List<String> line = new ArrayList<>(List.of("--store", store, "clear", "--yes"));
    IntStream.range(0, 1000).forEach(i -> line.add("no-such-stage-" + i));

    CommandRun.Result result = checkpoint(line.toArray(String[]::new));

    assertThat(result.err()).contains("and 985 more").hasSizeLessThan(1000);
  }

  @Test
  void purge_ofANameWithHistoryOnly_findsIt_andOfOthersSaysSo() {
    save("train");
    checkpoint("--store", store, "clear", "--yes");

    assertThat(checkpoint("--store", store, "purge", "--strict", "--yes", "train").status())
        .isZero();
    CommandRun.Result again = checkpoint("--store", store, "purge", "--yes", "train");

    assertThat(again.out()).isEqualTo("purged 0 stages of " + store + "\n");
    assertThat(again.err()).contains("0 of 1 stage was there: no checkpoint of 'train'");
    assertThat(checkpoint("--store", store, "purge", "--strict", "--yes", "train").status())
        .isEqualTo(1);
  }

  /** There is no history to look into, and that says that there is none. */
  @Test
  void purge_whereNoHistoryIsKept_saysWhatIsNotThere() {
    String without = "file:" + store + "?history=0";
    checkpoint("--store", without, "save", "train");

    CommandRun.Result result =
        checkpoint("--store", without, "purge", "--yes", "train", "no-such-stage");

    assertThat(result.status()).isZero();
    assertThat(result.out()).startsWith("purged 1 stage of ");
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
