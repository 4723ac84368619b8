package io.github.checkpointmanager.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.CheckpointVersion;
import io.github.checkpointmanager.cli.Application;
import io.github.checkpointmanager.cli.CommandRun;
import io.github.checkpointmanager.cli.output.StandardStreams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code pipeline}, {@code explain}, {@code rerun}, {@code verify --outputs} with real commands.
 */
class PipelineCommandTest {
  private static final String ETL =
      """
      name: etl
      policy: fingerprint
      stages:
        ingest:
          run: cat raw.csv > rows.csv
          inputs: raw.csv
          outputs: rows.csv
        clean:
          run: grep -v "$CHECKPOINT_PARAM_word" rows.csv > clean.csv
          after: ingest
          params: {word: NA}
          inputs: rows.csv
          outputs: clean.csv
        check:
          run: test ! -e broken
          after: ingest
        report:
          run: wc -l < clean.csv | tr -d ' ' > report.txt
          after: [clean, check]
          outputs: report.txt
      """;

  @TempDir private Path directory;

  @BeforeEach
  void writePipeline() throws IOException {
    Files.writeString(directory.resolve("pipeline.yaml"), ETL);
    Files.writeString(directory.resolve("raw.csv"), "1\nNA\n2\n");
  }

  private CommandRun.Result run(String... args) {
    return command().run(args);
  }

  private CommandRun command() {
    return new CommandRun().path().file(directory.resolve("pipeline.yaml"));
  }

  private String content(String file) throws IOException {
    return Files.readString(directory.resolve(file));
  }

  private Path touch(String file) throws IOException {
    return Files.createFile(directory.resolve(file));
  }

  @Test
  void run_runsEachStageAfterThoseItDependsOn() throws IOException {
    CommandRun.Result result = run("pipeline", "run");

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(content("report.txt")).isEqualTo("2\n");
    assertThat(result.err())
        .startsWith(
            "checkpoint: etl: 4 stages, 0 completed, 4 to run; the checkpoints are in "
                + directory.resolve("checkpoints")
                + "\n")
        .contains("checkpoint: running ingest: it has no checkpoint\n")
        .containsPattern("checkpoint: \\[4/4] report: done in [0-9.]+s\n")
        .containsPattern("checkpoint: etl: completed: 4 ran in [0-9.]+s\n$");
    assertThat(directory.resolve("checkpoints/report.checkpoint"))
        .as("the default location is beside the file")
        .exists();
  }

  @Test
  void run_again_skipsEverything() {
    run("pipeline", "run");

    CommandRun.Result again = run("pipeline", "run");

    assertThat(again.status()).isZero();
    assertThat(again.err())
        .startsWith("checkpoint: etl: 4 stages, 4 completed, 0 to run; the checkpoints are in ")
        .doesNotContain("running")
        .contains("etl: completed: 4 skipped in ");
  }

  @Test
  void run_whenAStageFails_goesOnWithTheRestAndSaysHowToResume() throws IOException {
    touch("broken");

    CommandRun.Result failed = run("pipeline", "run", "--jobs", "2");

    assertThat(failed.status()).isEqualTo(7);
    assertThat(directory.resolve("clean.csv")).exists();
    assertThat(directory.resolve("report.txt")).doesNotExist();
    assertThat(failed.err())
        .contains("check: FAILED: its command ended with status 1\n")
        .contains("report: blocked: it depends on 'check', which is not completed\n")
        .contains("etl: not completed: 2 ran, 1 failed, 1 blocked in ")
        .endsWith(
            "checkpoint: to resume: checkpoint pipeline run --file "
                + directory.resolve("pipeline.yaml")
                + " --jobs 2\n");

    Files.delete(directory.resolve("broken"));
    CommandRun.Result resumed = run("pipeline", "run", "--jobs", "2");
    assertThat(resumed.status()).isZero();
    assertThat(resumed.err()).contains("etl: completed: 2 ran, 2 skipped in ");
  }

  @Test
  void run_oneJob_leavesTheStreamsToTheStages() {
    CommandRun.Result result = run("pipeline", "run", "-q");

    assertThat(result.out()).isEmpty();
    assertThat(result.err()).isEmpty();
  }

  @Test
  void run_severalJobs_prefixesLinesWithTheStage() throws IOException {
    Files.writeString(
        directory.resolve("pipeline.yaml"),
        """
        stages:
          a: {run: 'echo one; echo two; printf three'}
          b: {run: 'echo problem >&2; echo "stage $CHECKPOINT_STAGE $CHECKPOINT_ATTEMPT ${CHECKPOINT_TOKEN-none}"'}
        """);

    CommandRun.Result result = run("pipeline", "run", "--jobs", "4", "--no-claim");

    assertThat(result.out().lines())
        .containsExactlyInAnyOrder("a | one", "a | two", "a | three", "b | stage b 1 none")
        .containsSubsequence("a | one", "a | two", "a | three");
    assertThat(result.err()).contains("b | problem\n");
  }

  @Test
  void run_quietly_namesWhatFailedAndWhatIsBlocked() throws IOException {
    touch("broken");

    CommandRun.Result failed = run("pipeline", "run", "-q");

    assertThat(failed.status()).isEqualTo(7);
    assertThat(failed.err().lines())
        .anyMatch(line -> line.endsWith("check: FAILED: its command ended with status 1"))
        .anyMatch(line -> line.contains("report: blocked: it depends on 'check'"))
        .hasSize(2);
  }

  @Test
  void run_ofAStageThatEndsWith255_namesNoSignal() throws IOException {
    Files.writeString(directory.resolve("pipeline.yaml"), "stages: {a: {run: exit 255}}");

    assertThat(run("pipeline", "run").err())
        .contains("its command ended with status 255\n")
        .doesNotContain("signal");
  }

  /** What a stage leaves behind keeps its pipes open until it has made this file. */
  @Test
  void run_doesNotWaitForAProcessThatAStageLeavesBehind() throws Exception {
    Files.writeString(
        directory.resolve("pipeline.yaml"),
        """
        stages:
          s:
            run: |
              sh -c 'echo $$ > left; sleep 15; touch late' &
              while ! test -s left; do sleep 0.05; done
              echo started; printf 'no end of line'
        """);

    CommandRun.Result result = run("pipeline", "run", "--jobs", "2");

    assertThat(directory.resolve("late")).doesNotExist();
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out())
        .isEqualTo(
            """
            s | started
            s | no end of line
            """);
    ProcessHandle.of(Long.parseLong(content("left").strip())).ifPresent(ProcessHandle::destroy);
  }

  @Test
  void run_withALiveLine_addsNothingToAnOutputThatIsNoTerminal() throws IOException {
    Files.writeString(
        directory.resolve("pipeline.yaml"),
        """
        stages:
          a: {run: "printf abc"}
          b:
            run: yes x | head -c 200000 | tr -d '\\n'
            after: a
        """);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();

    int status = onATerminal(out, err, false);

    assertThat(status).as(err.toString(UTF_8)).isZero();
    assertThat(out.toString(UTF_8)).isEqualTo("abc" + "x".repeat(100_000));
  }

  @Test
  void run_withALiveLine_endsAPieceOfALineOnTheTerminal() throws IOException {
    Files.writeString(directory.resolve("pipeline.yaml"), "stages: {a: {run: printf abc}}");
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    assertThat(onATerminal(out, new ByteArrayOutputStream(), true)).isZero();
    assertThat(out.toString(UTF_8)).isEqualTo("abc\n");
  }

  @ParameterizedTest
  @CsvSource({"No space left on device,125", "Broken pipe,141"})
  void run_whoseOutputCannotBeWritten_endsWithThat(String reason, int status) throws IOException {
    Files.writeString(directory.resolve("pipeline.yaml"), "stages: {a: {run: echo printed}}");
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(reason);
          }
        };

    assertThat(onATerminal(full, err, false)).as(err.toString(UTF_8)).isEqualTo(status);
    assertThat(err.toString(UTF_8)).contains("a: done in ");
  }

  /** Standard error is a terminal. */
  private int onATerminal(OutputStream out, OutputStream err, boolean outToo) {
    StandardStreams streams =
        new StandardStreams(InputStream.nullInputStream(), out, err, false, true, outToo);
    return new Application(streams, Map.of("PATH", System.getenv("PATH"), "TERM", "xterm"))
        .run("pipeline", "run", "--file", directory.resolve("pipeline.yaml").toString());
  }

  /** The kernel refuses an argument of more than 128 KiB. */
  @Test
  void run_ofACommandThatCannotBeStarted_isNoAttempt() throws IOException {
    Files.writeString(
        directory.resolve("pipeline.yaml"),
        "stages: {a: {run: ': " + "x".repeat(140_000) + "', max-attempts: 1}}");

    for (int i = 0; i < 2; i++) {
      CommandRun.Result result = run("pipeline", "run", "--claim");

      assertThat(result.status()).isEqualTo(7);
      assertThat(result.err())
          .contains("a: FAILED: its command was not started: Argument list too long")
          .contains("Put the script or the values into a file");
    }
    assertThat(run("pipeline", "status").out()).contains("pending").doesNotContain("failed");
  }

  @Test
  void run_withClaims_givesTheStageItsToken() throws IOException {
    Files.writeString(
        directory.resolve("pipeline.yaml"),
        "stages: {a: {run: 'echo \"$CHECKPOINT_ATTEMPT $CHECKPOINT_TOKEN\" > told'}}");

    assertThat(run("pipeline", "run", "--claim", "--lease", "30s").status()).isZero();
    assertThat(content("told")).matches("1 [0-9]+\n");
  }

  @Test
  void run_dryRun_runsNothing() {
    CommandRun.Result result = run("pipeline", "run", "--dry-run");

    assertThat(result.status()).isZero();
    assertThat(result.out()).contains("etl: 4 to run, 0 to skip\n");
    assertThat(directory.resolve("rows.csv")).doesNotExist();
    assertThat(directory.resolve("checkpoints")).doesNotExist();
  }

  @Test
  void run_onATerminal_hasALiveLineThatIsRemoved() {
    CommandRun.Result result = command().typed("").run("pipeline", "run");

    assertThat(result.status()).isZero();
    assertThat(result.err())
        .containsPattern("\\[0/4] ingest 0\\.\\ds\r\u001b\\[K")
        .doesNotEndWith("s")
        .endsWith("s\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dumb", ""})
  void run_onATerminalThatKnowsNoEscapeSequences_writesNone(String type) {
    CommandRun.Result result = command().environment("TERM", type).typed("").run("pipeline", "run");

    assertThat(result.status()).isZero();
    assertThat(result.err()).contains("ingest: done").doesNotContain("\u001b", "\r");
  }

  @Test
  void run_whenAnOutputIsNotMade_fails() throws IOException {
    Files.writeString(directory.resolve("pipeline.yaml"), "stages: {a: {run: 'true', outputs: x}}");

    CommandRun.Result result = run("pipeline", "run");

    assertThat(result.status()).isEqualTo(7);
    assertThat(result.err()).contains("the declared output 'x' is missing");
  }

  @Test
  void plan_namesTheStagesThatRunAndTheInputThatChanged() throws IOException {
    run("pipeline", "run");
    Files.writeString(directory.resolve("raw.csv"), "1\nNA\n2\n3\n");

    CommandRun.Result plan = run("pipeline", "plan");

    assertThat(plan.status()).isZero();
    assertThat(plan.out().lines())
        .containsExactly(
            "STAGE   ACTION  REASON",
            "ingest  run     input 'raw.csv' changed",
            "clean   run     'ingest' runs",
            "check   run     'ingest' runs",
            "report  run     'clean' runs; 'check' runs",
            "etl: 4 to run, 0 to skip");
  }

  @Test
  void plan_withPolicyExists_skipsWhatIsThere() throws IOException {
    run("pipeline", "run");
    Files.writeString(directory.resolve("raw.csv"), "1\n");

    assertThat(run("pipeline", "plan", "--policy", "exists").out())
        .endsWith("etl: 0 to run, 4 to skip\n");
  }

  @Test
  void plan_checkingOutputs_runsWhatHasLostOne() throws IOException {
    run("pipeline", "run");
    Files.delete(directory.resolve("report.txt"));

    assertThat(run("pipeline", "plan").out()).endsWith("etl: 0 to run, 4 to skip\n");
    assertThat(run("pipeline", "plan", "--check-outputs").out())
        .contains("report  run     output 'report.txt' is missing\n");
  }

  @Test
  void status_showsWhereStagesStand() throws IOException {
    touch("broken");
    run("pipeline", "run", "--claim");

    assertThat(run("pipeline", "status").out().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("STAGE   STATE      COMPLETED"),
            line -> assertThat(line).startsWith("ingest  completed  20"),
            line -> assertThat(line).startsWith("clean   completed  20"),
            line -> assertThat(line).startsWith("check   failed     -"),
            line -> assertThat(line).startsWith("report  pending    -"));
  }

  @Test
  void explain_showsOldAndNewDigestOfWhatChanged() throws IOException {
    run("pipeline", "run");
    Files.writeString(directory.resolve("raw.csv"), "changed\n");

    CommandRun.Result result = run("explain", "ingest");

    assertThat(result.status()).isZero();
    assertThat(result.out())
        .startsWith("ingest: runs: input 'raw.csv' changed\n")
        .containsPattern("\ninputs.raw.csv +yes +sha256:[0-9a-f]{64} +sha256:[0-9a-f]{64}\n")
        .containsPattern("\ncode +no +run:");
    assertThat(run("explain", "clean").out())
        .containsPattern("\nparams.word +no +NA +NA\n")
        .containsPattern("\ningest +no +[0-9a-f]{32} +[0-9a-f]{32}\n");
  }

  @Test
  void explain_ofUnknownStage_namesTheNearest() {
    CommandRun.Result result = run("explain", "claen");

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("Did you mean 'clean'?").hasLineCount(1);
  }

  @Test
  void rerun_from_clearsAndRunsEverythingDownstream() {
    run("pipeline", "run");

    CommandRun.Result result = run("rerun", "--from", "clean", "--yes");

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.err())
        .contains("checkpoint: to clear: clean, report\n", "etl: completed: 2 ran, 2 skipped in ");
  }

  /** Builds on the checkpoint that is about to be cleared, as a run beside this one does. */
  private void completedMeanwhile(String line, String store) {
    if (line.equals("checkpoint: to clear: clean")) {
      run("save", "report", "--store", store);
    }
  }

  @Test
  void rerun_ofAStageThatAnotherCompletesMeanwhile_clearsItToo() {
    String store = directory.resolve("checkpoints").toString();
    run("pipeline", "run");
    run("clear", "report", "--yes");

    CommandRun.Result result =
        command()
            .onError(line -> completedMeanwhile(line, store))
            .run("rerun", "--from", "clean", "--policy", "exists");

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.err())
        .contains(
            "checkpoint: to clear: clean\n",
            "checkpoint: to clear too, recorded meanwhile: report\n",
            "etl: completed: 2 ran, 2 skipped in ");
  }

  @Test
  void rerun_ofAStageThatAnotherCompletesMeanwhile_losesItNotForGood() {
    String store = "file:" + directory.resolve("plain") + "?history=0";
    run("--store", store, "pipeline", "run");
    run("--store", store, "clear", "report", "--yes");

    CommandRun.Result result =
        command()
            .onError(line -> completedMeanwhile(line, store))
            .run("--store", store, "rerun", "--from", "clean", "--yes", "--policy", "exists");

    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err())
        .contains("Nothing was run, and cleared was clean", "another worker recorded report");
    assertThat(run("--store", store, "has", "report").status()).isZero();
  }

  @Test
  void rerun_withoutHistory_saysWhatWillBeLostAndWantsYes() {
    String store = "file:" + directory.resolve("plain") + "?history=0";
    run("--store", store, "pipeline", "run");

    CommandRun.Result refused = run("--store", store, "rerun", "--from", "clean");

    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err())
        .contains("lost for good: clean, completed 20", "lost for good: report, completed 20")
        .contains("the checkpoints of clean, report would be lost for good", "Give --yes");
    assertThat(run("--store", store, "pipeline", "plan").out()).endsWith("0 to run, 4 to skip\n");
    assertThat(run("--store", store, "rerun", "--from", "clean", "--yes").status()).isZero();
  }

  @Test
  void rerun_withHistory_needsNoYesAndCanBeExplainedAgainstIt() {
    run("pipeline", "run");
    try (CheckpointManager checkpoints =
        CheckpointManager.open(directory.resolve("checkpoints").toString())) {
      String old = checkpoints.get("clean").orElseThrow().writeId().orElseThrow();

      assertThat(run("rerun", "--from", "clean").status()).isZero();

      CheckpointVersion version =
          checkpoints.history().records("clean").stream()
              .filter(one -> one.checkpoint().flatMap(Checkpoint::writeId).equals(Optional.of(old)))
              .findFirst()
              .orElseThrow();
      assertThat(run("explain", "clean", "--against", version.versionId()).out())
          .contains("compared with the checkpoint completed ", ", " + old + "\n");
    }
  }

  @Test
  void rerun_only_clearsTheseAlone() {
    run("pipeline", "run", "--policy", "exists");

    assertThat(run("rerun", "--policy", "exists", "--yes", "--only", "clean", "check").err())
        .contains("etl: completed: 2 ran, 2 skipped in ");
  }

  @Test
  void rerun_failed_triesThemAgain() throws IOException {
    Path broken = touch("broken");
    run("pipeline", "run", "--claim");
    Files.delete(broken);

    CommandRun.Result result = run("rerun", "--failed", "--claim");

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.err())
        .contains("to clear: check\n", "etl: completed: 2 ran, 2 skipped in ")
        .doesNotContain("history");
  }

  @Test
  void rerun_dryRun_changesNothing() {
    run("pipeline", "run");

    CommandRun.Result result = run("rerun", "--from", "clean", "--dry-run");

    assertThat(result.status()).isZero();
    assertThat(result.out()).contains("clean   run     it has no checkpoint\n");
    assertThat(result.err())
        .contains("would clear clean, report\n", "kept in the history: clean, completed ");
    assertThat(run("pipeline", "plan").out()).endsWith("etl: 0 to run, 4 to skip\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rerun",
        "rerun --from a --failed",
        "pipeline",
        "pipeline bogus",
        "pipeline run --jobs 0",
        "pipeline run --no-claim --lease 60s",
        "pipeline run --claim --lease 4s",
        "pipeline run --policy never",
        "explain",
        "rerun --from nothing"
      })
  void usageError_is2(String line) {
    CommandRun.Result result = run(line.split(" ", -1));

    assertThat(result.status()).as(result.err()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("checkpoint: ").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pipeline run",
        "pipeline plan",
        "pipeline status",
        "explain clean",
        "rerun --failed",
        "verify --outputs"
      })
  void file_thatIsWrong_isRefusedWithItsPlace(String line) throws IOException {
    Files.writeString(
        directory.resolve("pipeline.yaml"), "stages:\n  clean:\n    run: x\n    afer: y\n");

    CommandRun.Result result = run(line.split(" ", -1));

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .isEqualTo(
            "checkpoint: "
                + directory.resolve("pipeline.yaml")
                + ":4:5 was refused: unknown key 'afer' of stage 'clean'. Did you mean 'after'?"
                + " Correct the key.\n");
  }

  @Test
  void file_whoseStagesDoNotFitTogether_isRefusedWithItsPlace() throws IOException {
    Files.writeString(
        directory.resolve("pipeline.yaml"), "stages:\n  clean:\n    run: x\n    after: ingest\n");

    CommandRun.Result result = run("pipeline", "plan");

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .startsWith("checkpoint: " + directory.resolve("pipeline.yaml") + ":4:12 was refused: ")
        .hasLineCount(1);
  }

  @Test
  void verifyOutputs_namesWhatIsMissingOrChanged() throws IOException {
    run("pipeline", "run");
    assertThat(run("verify", "--outputs").status()).isZero();
    Files.delete(directory.resolve("rows.csv"));
    Files.writeString(directory.resolve("clean.csv"), "other\n");

    CommandRun.Result result = run("verify", "--outputs");

    assertThat(result.status()).isEqualTo(5);
    assertThat(result.out())
        .contains("ingest: output rows.csv: missing\n", "clean: output clean.csv: changed")
        .endsWith("1 outputs as they were made, 2 missing, changed or unreadable\n");
  }

  private CommandRun.Result run(Path file, String... args) {
    return new CommandRun().path().file(file).run(args);
  }

  /** Two files beside each other have one default store. */
  @Test
  void aPipelineOverTheCheckpointsOfAnother_isRefused_byEveryCommandThatReadsThem()
      throws IOException {
    Path shop = directory.resolve("a.yaml");
    Path blog = directory.resolve("b.yaml");
    String stages = "stages: {build: {run: 'echo NAME > NAME.txt', rollback: 'rm NAME.txt'}}";
    Files.writeString(shop, "name: shop\n" + stages.replace("NAME", "shop"));
    Files.writeString(blog, "name: blog\n" + stages.replace("NAME", "blog"));
    assertThat(run(shop, "pipeline", "run").status()).isZero();

    CommandRun.Result refused = run(blog, "pipeline", "run");

    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains("'build' of 'shop'", "store:", "--adopt");
    assertThat(directory).isDirectoryNotContaining("glob:**/blog.txt");
    assertThat(run(blog, "pipeline", "plan").status()).isEqualTo(2);
    assertThat(run(blog, "pipeline", "status").status()).isEqualTo(2);
    assertThat(run(blog, "rerun", "--from", "build", "--yes").status()).isEqualTo(2);
    assertThat(run(blog, "rollback", "--yes").status()).isEqualTo(2);
    assertThat(run(shop, "pipeline", "plan").out()).contains("build  skip");
    assertThat(run(blog, "rollback", "--yes", "--adopt").status()).isNotEqualTo(2);
  }

  @Test
  void run_thatAdopts_countsTheCheckpointsOfAnother_andSaysSoInTheLineThatResumes()
      throws IOException {
    Path file = directory.resolve("pipeline.yaml");
    Files.writeString(file, "{name: old, stages: {a: {run: 'true'}}}");
    run("pipeline", "run");
    Files.writeString(file, "{name: new, stages: {a: {run: 'true'}, b: {run: 'false'}}}");

    CommandRun.Result adopted = run("pipeline", "run", "--adopt");

    assertThat(adopted.status()).isEqualTo(7);
    assertThat(adopted.err())
        .contains(
            "new: 2 stages, 1 completed, 1 to run", "pipeline run --file " + file + " --adopt");
  }

  @Test
  void aFileWithoutAName_isRefusedWhereItsStoreIsNamedElsewhere() throws IOException {
    Files.writeString(
        directory.resolve("pipeline.yaml"), "store: here\nstages: {a: {run: 'true'}}");
    String elsewhere = directory.resolve("elsewhere").toString();

    CommandRun.Result option = run("--store", elsewhere, "pipeline", "run");
    CommandRun.Result variable =
        command().environment("CHECKPOINT_STORE", elsewhere).run("pipeline", "run");

    assertThat(option.status()).isEqualTo(2);
    assertThat(option.err()).contains("it has no 'name'", "--store", "name: …");
    assertThat(variable.status()).isEqualTo(2);
    assertThat(variable.err()).contains("CHECKPOINT_STORE");
    assertThat(run("pipeline", "run").status()).as("with the file's own store").isZero();
  }

  @Test
  void store_ofTheFile_beginsWithTheHomeDirectory_orIsRefused() throws IOException {
    Path file = directory.resolve("pipeline.yaml");
    Files.writeString(file, "store: ~/ck\nstages: {a: {run: 'true'}}");

    CommandRun.Result result =
        command().environment("HOME", directory + "/home").run("pipeline", "run");

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.err()).contains("the checkpoints are in " + directory + "/home/ck\n");
    assertThat(directory.resolve("home/ck/a.checkpoint")).exists();
    for (String store : new String[] {"~user/ck", "$HOME/ck", "x?history=2"}) {
      Files.writeString(file, "store: " + store + "\nstages: {a: {run: 'true'}}");
      assertThat(run("pipeline", "run").status()).as(store).isEqualTo(2);
    }
  }

  /** They may be for objects that the stages read (see {@code PipelineObjectsTest}). */
  @Test
  void optionOfS3_ofAPipelineWithoutObjects_isRefused() {
    CommandRun.Result result = run("--region", "eu-west-1", "pipeline", "run");

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .contains("--region is refused: it is for S3", directory.resolve("checkpoints").toString());
    assertThat(run("--region", "r", "--store", directory + "/x", "pipeline", "plan").status())
        .isEqualTo(2);
  }

  @Test
  void store_isTheOptionsBeforeTheEnvironmentsBeforeTheFiles() throws IOException {
    Files.writeString(
        directory.resolve("pipeline.yaml"),
        "name: etl\nstore: of-file\nstages: {a: {run: 'true'}}");
    CommandRun run = command().store(directory.resolve("of-environment").toString());

    run("pipeline", "run");
    run.run("pipeline", "run");
    run.run("--store", directory.resolve("of-option").toString(), "pipeline", "run");

    assertThat(directory)
        .isDirectoryContaining("glob:**/of-file")
        .isDirectoryContaining("glob:**/of-environment")
        .isDirectoryContaining("glob:**/of-option");
  }
}
