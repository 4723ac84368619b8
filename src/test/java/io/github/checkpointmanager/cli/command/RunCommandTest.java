package io.github.checkpointmanager.cli.command;

import static io.github.checkpointmanager.cli.CommandRun.checkpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code run} with small real commands; signals and streams are in {@code RunProcessIT}. */
class RunCommandTest {
  @TempDir private Path directory;

  private String store = "";

  @BeforeEach
  void nameStore() {
    store = directory.resolve("checkpoints").toString();
  }

  private CommandRun.Result run(String... args) {
    return new CommandRun().store(store).path().run(args);
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private boolean completed(String stage) {
    return checkpoint("--store", store, "has", "--", stage).status() == 0;
  }

  @Test
  void run_ofNewStage_runsAndSaves() {
    CommandRun.Result result = run("run", "train", "--", "touch", file("ran").toString());

    assertThat(result.status()).isZero();
    assertThat(result.err())
        .isEqualTo(
            """
            checkpoint: running train: it has no checkpoint (attempt 1)
            checkpoint: saved train in %s
            """
                .formatted(store));
    assertThat(file("ran")).exists();
    assertThat(completed("train")).isTrue();
  }

  @Test
  void run_ofCompletedStage_skipsAndSaysWhy() {
    checkpoint("--store", store, "save", "train");

    CommandRun.Result result = run("run", "train", "--", "touch", file("ran").toString());

    assertThat(result.status()).isZero();
    assertThat(result.err()).matches("checkpoint: skipping train: completed 20.+Z by .+ on .+\n");
    assertThat(file("ran")).doesNotExist();
  }

  @Test
  void run_ofDamagedStage_warnsRunsAndRepairs() throws IOException {
    Files.createDirectories(Path.of(store));
    Files.createFile(Path.of(store, "train.checkpoint"));

    CommandRun.Result result = run("run", "train", "--", "true");

    assertThat(result.status()).isZero();
    assertThat(result.err()).contains("running train: its checkpoint is damaged (");
    assertThat(completed("train")).isTrue();
  }

  @Test
  void run_whenTheCommandFails_hasItsStatusAndSavesNothing() {
    CommandRun.Result result = run("run", "train", "--", "sh", "-c", "exit 42");

    assertThat(result.status()).isEqualTo(42);
    assertThat(result.err()).contains("train was not saved: the command ended with status 42\n");
    assertThat(completed("train")).isFalse();
  }

  @Test
  void run_whenASignalEndsTheCommand_is128AndItsNumber() {
    CommandRun.Result result = run("run", "train", "--", "sh", "-c", "kill -s KILL $$");

    assertThat(result.status()).isEqualTo(137);
    assertThat(result.err()).contains("status 137 (signal 9)");
  }

  @Test
  void run_ofUnknownCommand_is127() {
    CommandRun.Result result = run("run", "train", "--", "no-such-program");

    assertThat(result.status()).isEqualTo(127);
    assertThat(result.err())
        .endsWith(
            "checkpoint: The command 'no-such-program' was not started: it was not found on the"
                + " PATH. Correct its name, or the PATH.\n");
  }

  @Test
  void run_ofFileWithoutPermission_is126() throws IOException {
    Files.writeString(file("script"), "exit 0\n");

    assertThat(run("run", "train", "--", file("script").toString()).status()).isEqualTo(126);
    assertThat(run("run", "train", "--", directory.toString()).status()).isEqualTo(126);
    assertThat(run("run", "train", "--", file("none").toString()).status()).isEqualTo(127);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"run train", "run train --", "run -- train --", "run train --force", "run - --"})
  void run_withoutCommand_isRefusedBeforeTheStoreIsRead(String line) {
    CommandRun.Result result = new CommandRun().store("ftp://nowhere").run(line.split(" ", -1));

    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err())
        .startsWith("checkpoint: Nothing was run: no command was given. Write it as: checkpoint ")
        .endsWith(" -- CMD.\n")
        .hasLineCount(1);
  }

  @Test
  void run_withoutCommandOfACompletedStage_isRefusedToo() {
    checkpoint("--store", store, "save", "train");

    assertThat(run("run", "train").status()).isEqualTo(125);
  }

  /** Else the parser takes options of CMD for those of this command, help among them. */
  @ParameterizedTest
  @CsvSource({
    "run s grep -v foo in.txt, run s -- grep -v foo in.txt",
    "run s echo -q hello, run s -- echo -q hello",
    "run s echo hello --force, run s -- echo hello --force",
    "run s echo --help, run s -- echo --help",
    "run s echo --version, run s -- echo --version",
    "run s ls -l, run s -- ls -l",
    "run s make -- all, run s -- make -- all",
    "run s true, run s -- true",
    "run s --force --meta a=1 true, run s --force --meta a=1 -- true",
    "run --meta a=1 s sh -c x;y, run --meta a=1 s -- sh -c 'x;y'",
    "-qv run --no-claim s echo --store x, -qv run --no-claim s -- echo --store x",
    "--region=r --profile p run s echo, --region=r --profile p run s -- echo"
  })
  void run_ofACommandWithoutTwoDashes_isRefusedWithTheCorrectedLine(String line, String corrected) {
    CommandRun.Result result = run(line.split(" ", -1));

    assertThat(result.status()).isEqualTo(125);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .endsWith(
            ", and the command to run is taken after two dashes only. Write it as: checkpoint "
                + corrected
                + ".\n");
    assertThat(completed("s")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "run -- true, run STAGE -- true",
    "run --, run STAGE -- CMD",
    "run -- -y true, run STAGE -- -y true",
    "run --force -- touch x, run STAGE --force -- touch x"
  })
  void run_withoutStage_saysWhatIsMissing(String line, String corrected) {
    CommandRun.Result result = run(line.split(" ", -1));

    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err())
        .isEqualTo(
            "checkpoint: Nothing was run: the name of the stage is missing before the two dashes."
                + " Write it as: checkpoint "
                + corrected
                + ".\n");
  }

  @Test
  void run_refusedAsJson_isADocument() {
    CommandRun.Result result = run("--output", "json", "run", "train", "true");

    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err()).startsWith("{\"error\":{\"kind\":\"usage\",");
  }

  /** A line of any length is shown in part. */
  @Test
  void run_ofALongCommandWithoutTwoDashes_isRefusedInAShortLine() {
    assertThat(run("run", "train", "echo", "x".repeat(10_000)).err()).hasSizeLessThan(1_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"run --help", "run train --help", "run -h", "--help run", "run --version"})
  void help_beforeTheCommand_isShown(String line) {
    CommandRun.Result result = run(line.split(" ", -1));

    assertThat(result.status()).isZero();
    assertThat(result.out()).contains("checkpoint ");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void run_withOptionsBeforeAndAfterItsName_takesTheCommandAsItIs() {
    CommandRun.Result result =
        run("-q", "--output=json", "run", "--force", "s", "--no-claim", "--", "echo", "--", "-v");

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(completed("s")).isTrue();
  }

  @Test
  void run_whenTheStoreCannotBeRead_is125AndRunsNothing() {
    CommandRun.Result result =
        run("run", "--store", "ftp://x/y", "train", "--", "touch", file("ran").toString());

    assertThat(result.status()).isEqualTo(125);
    assertThat(file("ran")).doesNotExist();
  }

  @Test
  void run_withRefusedName_is125AndRunsNothing() {
    assertThat(run("run", "", "--", "touch", file("ran").toString()).status()).isEqualTo(125);
    assertThat(run("run", "x".repeat(2000), "--", "touch", file("ran").toString()).status())
        .isEqualTo(125);
    assertThat(file("ran")).doesNotExist();
  }

  @Test
  void run_withPayload_savesWhatTheCommandLeft() {
    CommandRun.Result result =
        run(
            "run",
            "train",
            "--payload",
            file("out.json").toString(),
            "--meta",
            "lr=1",
            "--",
            "sh",
            "-c",
            "printf '{\"rows\":344}' > \"$0\"",
            file("out.json").toString());

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(checkpoint("--store", store, "get", "train", "--payload").out())
        .isEqualTo("{\"rows\":344}");
  }

  @Test
  void run_withPayloadThatIsMissingAfterSuccess_is106AndSaysSo() {
    CommandRun.Result result =
        run("run", "train", "--no-claim", "--payload", file("none").toString(), "--", "true");

    assertThat(result.status()).isEqualTo(106);
    assertThat(result.err())
        .contains(
            "checkpoint: The command succeeded, but 'train' could not be recorded: The payload "
                + file("none")
                + " cannot be read: there is no such file or directory. ")
        .contains("warning: without a claim nothing remembers that");
    assertThat(completed("train")).isFalse();
  }

  @Test
  void run_withForce_runsAndReplaces() {
    checkpoint("--store", store, "save", "train", "--meta", "run=first");

    CommandRun.Result result =
        run(
            "run",
            "train",
            "--force",
            "--meta",
            "run=second",
            "--",
            "touch",
            file("ran").toString());

    assertThat(result.status()).isZero();
    assertThat(result.err()).contains("running train: forced, although completed 20");
    assertThat(file("ran")).exists();
    assertThat(checkpoint("--store", store, "get", "train").out()).contains("second");
  }

  @Test
  void run_withForce_whenAnotherReplacedItMeanwhile_is106AndTheirsIsCurrent() {
    checkpoint("--store", store, "save", "train", "--meta", "run=first");

    CommandRun.Result result =
        run(
            "run",
            "train",
            "--force",
            "--",
            "sh",
            "-c",
            "printf 'COMPLETED\\n' > \"$CHECKPOINT_STORE/train.checkpoint\"");

    assertThat(result.status()).isEqualTo(106);
    assertThat(result.err()).contains("The command succeeded, but 'train' could not be recorded");
    assertThat(Path.of(store, "train.checkpoint")).content().isEqualTo("COMPLETED\n");
  }

  @Test
  void run_whenAnotherCompletedTheStageMeanwhile_saysWhoseCheckpointIsCurrent() {
    CommandRun.Result result =
        run(
            "run",
            "train",
            "--",
            "sh",
            "-c",
            "mkdir -p \"$CHECKPOINT_STORE\";"
                + " printf 'COMPLETED\\n' > \"$CHECKPOINT_STORE/train.checkpoint\"");

    assertThat(result.status()).isZero();
    assertThat(result.err())
        .contains("train was completed meanwhile, 20", "that checkpoint is current");
    assertThat(Path.of(store, "train.checkpoint")).content().isEqualTo("COMPLETED\n");
  }

  @Test
  void run_givesTheCommandACompleteLocationAndItsStage() throws IOException {
    Path relative = Path.of("").toAbsolutePath().relativize(directory.resolve("rel"));
    String write = "printf '%s|%s' \"$CHECKPOINT_STORE\" \"$CHECKPOINT_STAGE\" > \"$0\"";

    CommandRun.Result dashed =
        run(
            "run",
            "--store",
            relative.toString(),
            "-x y",
            "--",
            "sh",
            "-c",
            write,
            file("x").toString());
    CommandRun.Result plain =
        run(
            "run",
            "--store",
            relative.toString(),
            "train",
            "--",
            "sh",
            "-c",
            write,
            file("env").toString());

    assertThat(dashed.status()).as("a name that looks like an option").isEqualTo(125);
    assertThat(dashed.err()).contains("Unknown option: '-x y'");
    assertThat(file("x")).doesNotExist();
    assertThat(plain.status()).isZero();
    assertThat(file("env")).content().isEqualTo(directory.resolve("rel") + "|train");
  }

  @Test
  void run_withLiteralStageAndSecondDashes_runsTheCommand() {
    assertThat(run("run", "--", "-x", "--", "true").status()).isZero();
    assertThat(completed("-x")).isTrue();
    assertThat(run("run", "--", "-y", "true").status()).isEqualTo(125);
    assertThat(completed("-y")).isFalse();
  }

  @Test
  void run_passesOptionsOfTheCommandOn() {
    assertThat(
            run("run", "train", "--", "sh", "-c", "test \"$1\" = --store", "sh", "--store")
                .status())
        .isZero();
  }

  @Test
  void run_withQuiet_saysNothing() {
    assertThat(run("run", "-q", "train", "--", "true").err()).isEmpty();
  }

  @Test
  void resultFile_ofAnEarlierRun_isGoneWhenNothingCouldBeDone() throws IOException {
    Files.writeString(file("result.json"), "{\"result\":\"saved\"}");

    run(
        "run",
        "--store",
        "ftp://x/y",
        "train",
        "--result-file",
        file("result.json").toString(),
        "--",
        "true");

    assertThat(file("result.json")).content().contains("\"result\":\"not_started\"");
  }

  /** A name of the same file keeps what the file had: it was replaced, not written into. */
  @Test
  void resultFile_isReplacedAsAWhole() {
    CommandRun.Result result =
        run(
            "run",
            "train",
            "--result-file",
            file("result.json").toString(),
            "--",
            "sh",
            "-c",
            "printf reader > \"$0\"; ln \"$0\" \"$0.opened\"",
            file("result.json").toString());

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(file("result.json")).content().contains("\"result\":\"saved\"").endsWith("}\n");
    assertThat(file("result.json.opened")).content().isEqualTo("reader");
    assertThat(directory).isDirectoryNotContaining("glob:**/.checkpoint-result*");
  }

  @Test
  void resultFile_inMissingDirectory_isRefusedBeforeTheCommand() {
    CommandRun.Result result =
        run(
            "run",
            "train",
            "--result-file",
            file("none/result.json").toString(),
            "--",
            "touch",
            file("ran").toString());

    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err()).contains("its directory does not exist");
    assertThat(file("ran")).doesNotExist();
  }
}
