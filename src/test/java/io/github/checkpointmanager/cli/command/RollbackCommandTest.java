package io.github.checkpointmanager.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.cli.CommandRun;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.GoldenDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code rollback} with real commands: a deployment in three steps. */
class RollbackCommandTest {
  private static final String FILE =
      """
      name: deployment
      order: list
      stages:
        migrate:
          run: echo migrate >> done
          rollback: echo "migrate $CHECKPOINT_ATTEMPT" >> undone
        install:
          run: echo install >> done
          rollback: test ! -e stuck && echo "install $CHECKPOINT_ATTEMPT $CHECKPOINT_STAGE" >> undone
        switch:
          run: test -e healthy
          rollback: echo switch >> undone
      """;

  private static final Instant ROLLED_BACK_AT = Instant.parse("2001-02-04T07:08:09.123456Z");

  @TempDir private Path directory;

  private GoldenDocuments golden;

  @BeforeEach
  void writePipeline() throws IOException {
    golden = new GoldenDocuments(directory);
    Files.writeString(directory.resolve("pipeline.yaml"), FILE);
  }

  private CommandRun command() {
    return golden.command().store(directory.resolve("checkpoints").toString());
  }

  private CommandRun ofPipeline() {
    return command().file(directory.resolve("pipeline.yaml"));
  }

  private CommandRun.Result run(String... args) {
    return golden.run(ofPipeline(), args);
  }

  private void deployInVain() {
    assertThat(run("pipeline", "run").status()).isEqualTo(ExitCodes.STAGE_FAILED);
    golden.setClock(ROLLED_BACK_AT); // the journal has the manager's clock too
  }

  private String undone() throws IOException {
    Path file = directory.resolve("undone");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  @Test
  void rollback_whenTheThirdStepFailed_undoesTheSecondAndTheFirst() throws IOException {
    deployInVain();

    CommandRun.Result result = run("rollback", "--yes");

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).isEqualTo("undone install\nundone migrate\n");
    assertThat(result.err())
        .isEqualTo("checkpoint: undoing install\ncheckpoint: undoing migrate\n");
    assertThat(undone()).isEqualTo("install 1 install\nmigrate 1\n");
    assertThat(run("has", "migrate").status()).isEqualTo(ExitCodes.NO);
  }

  @Test
  void rollback_toAStage_leavesIt() throws IOException {
    deployInVain();

    assertThat(run("rollback", "--to", "migrate", "--yes").status()).isZero();

    assertThat(undone()).isEqualTo("install 1 install\n");
    assertThat(command().run("has", "migrate").status()).isZero();
  }

  @Test
  void rollback_whenACommandFails_stopsSaysWhereAndGoesOnThere() throws IOException {
    deployInVain();
    Files.createFile(directory.resolve("stuck"));

    CommandRun.Result stopped = run("rollback", "--yes");

    assertThat(stopped.status()).isEqualTo(ExitCodes.STAGE_FAILED);
    assertThat(stopped.out())
        .isEqualTo(
            "stopped at install (attempt 1): its command ended with status 1; fix it and run the"
                + " rollback again, or give it up with --abandon\n");
    assertThat(undone()).isEmpty();

    Files.delete(directory.resolve("stuck"));
    CommandRun.Result resumed = run("rollback", "--yes");

    assertThat(resumed.err()).startsWith("checkpoint: undoing install (attempt 2)\n");
    assertThat(undone()).isEqualTo("install 2 install\nmigrate 1\n");
    assertThat(run("rollback", "--journal").out().lines().map(l -> l.replaceAll("^\\S+ +", "")))
        .containsExactly(
            "EVENT         STAGE    ATTEMPT  DETAIL",
            "started       -        -",
            "compensating  install  1",
            "failed        install  1        its command ended with status 1",
            "compensating  install  2",
            "compensated   install  2",
            "compensating  migrate  1",
            "compensated   migrate  1",
            "finished      -        -");
  }

  @Test
  void pipelineRun_afterAStoppedRollback_isBlockedAndNamesWhatToDo() throws IOException {
    deployInVain();
    Files.createFile(directory.resolve("stuck"));
    run("rollback", "--yes");
    Files.createFile(directory.resolve("healthy"));

    CommandRun.Result result = run("pipeline", "run");

    assertThat(result.status()).isEqualTo(ExitCodes.STAGE_FAILED);
    assertThat(result.err())
        .contains("install: blocked: its rollback has begun and is not finished")
        .contains("`checkpoint rollback` finishes it")
        .contains("`checkpoint rollback --abandon`")
        .contains("to resume when the rollback is over: checkpoint --store ")
        .doesNotContain("to resume: ");
    assertThat(run("pipeline", "plan").out()).contains("3 blocked");
    assertThat(run("pipeline", "status").out()).containsPattern("install +completed");
  }

  @Test
  void pipelineRun_afterAStoppedRollbackToAStage_namesThatStage() throws IOException {
    deployInVain();
    Files.createFile(directory.resolve("stuck"));
    run("rollback", "--to", "migrate", "--yes");

    assertThat(run("pipeline", "run").err())
        .contains("`checkpoint rollback --to migrate` finishes");
  }

  @Test
  void run_withAClaim_afterAStoppedRollback_isRefused() throws IOException {
    deployInVain();
    Files.createFile(directory.resolve("stuck"));
    run("rollback", "--yes");

    CommandRun.Result result =
        command().run("run", "switch", "--claim", "--", "touch", directory + "/ran");

    assertThat(result.status()).as(result.err()).isEqualTo(ExitCodes.RUN_BUSY);
    assertThat(result.err())
        .contains("a rollback of this location is under way or was interrupted");
    assertThat(directory.resolve("ran")).doesNotExist();
    assertThat(command().run("status").out()).containsPattern("switch +pending");
  }

  @Test
  void abandon_makesTheHalfUndoneStagePending() throws IOException {
    deployInVain();
    Files.createFile(directory.resolve("stuck"));
    run("rollback", "--yes");
    Files.createFile(directory.resolve("healthy"));

    assertThat(run("rollback", "--abandon", "--dry-run").out())
        .isEqualTo("would make pending install\nwould give up the rollback\n");
    assertThat(run("rollback", "--abandon").status()).as("asks").isEqualTo(ExitCodes.REFUSED);
    assertThat(run("rollback", "--abandon", "--to", "migrate", "--yes").status())
        .isEqualTo(ExitCodes.REFUSED);
    CommandRun.Result result = run("rollback", "--abandon", "--yes");

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).isEqualTo("made pending install\ngave up the rollback\n");
    assertThat(run("pipeline", "run").err())
        .contains("1 completed, 2 to run")
        .contains("install: done")
        .contains("switch: done");
    CommandRun.Result none = run("rollback", "--abandon", "--yes");
    assertThat(none.status()).isEqualTo(ExitCodes.NO);
    assertThat(none.err()).contains("no rollback was interrupted");
  }

  @Test
  void rollback_whileAWorkerIsAtWork_isBusy_andItsJournalSaysSo() {
    deployInVain();
    String store = directory.resolve("checkpoints").toString();
    try (CheckpointManager worker = golden.manager().location(store).open();
        Claim claim =
            ((ClaimResult.Held) worker.claim("switch", ClaimOptions.lease(Duration.ofMinutes(1))))
                .claim()) {
      CommandRun.Result result = run("rollback", "--yes");

      assertThat(result.status()).isEqualTo(ExitCodes.BUSY);
      assertThat(result.err()).contains("a worker is executing 'switch'");
      assertThat(claim.isValid()).isTrue();
    }
    golden.assertGolden("rollback-journal/busy.json", json("--journal"));
  }

  @Test
  void json_ofAnAbandonedRollback() throws IOException {
    deployInVain();
    Files.createFile(directory.resolve("stuck"));
    run("rollback", "--yes");

    golden.assertGolden("rollback/abandoned.json", json("--abandon", "--yes"));
    golden.assertGolden("rollback-journal/abandoned.json", json("--journal"));
  }

  @Test
  void rollback_dryRun_undoesNothing() throws IOException {
    deployInVain();

    CommandRun.Result result = run("rollback", "--dry-run");

    assertThat(result.out()).isEqualTo("would undo install\nwould undo migrate\n");
    assertThat(undone()).isEmpty();
    assertThat(run("rollback", "--journal").status()).isEqualTo(ExitCodes.NO);
  }

  @Test
  void rollback_withoutTerminal_needsYes() throws IOException {
    deployInVain();

    CommandRun.Result result = run("rollback");

    assertThat(result.status()).isEqualTo(ExitCodes.REFUSED);
    assertThat(result.err()).contains("Give --yes to undo without asking");
    assertThat(undone()).isEmpty();
  }

  @Test
  void rollback_onATerminal_asks() throws IOException {
    deployInVain();

    assertThat(ofPipeline().typed("n\n").run("rollback").status()).isEqualTo(ExitCodes.NO);
    assertThat(undone()).isEmpty();
    assertThat(ofPipeline().typed("y\n").run("rollback").status()).isZero();
    assertThat(undone()).isEqualTo("install 1 install\nmigrate 1\n");
  }

  @Test
  void rollback_toAnUnknownStage_namesTheNearest() {
    CommandRun.Result result = run("rollback", "--to", "instal", "--yes");

    assertThat(result.status()).isEqualTo(ExitCodes.REFUSED);
    assertThat(result.err()).contains("Did you mean 'install'?");
  }

  @Test
  void rollback_toAnotherTargetThanTheInterruptedOne_isAConflict() throws IOException {
    deployInVain();
    Files.createFile(directory.resolve("stuck"));
    run("rollback", "--yes");

    CommandRun.Result result = run("rollback", "--to", "migrate", "--yes");

    assertThat(result.status()).isEqualTo(ExitCodes.CONFLICT);
    assertThat(result.err()).contains("another rollback, of everything, was interrupted");
  }

  /** Three stages with parameters; the second is gone from {@link #EDITED}. */
  private static final String APP =
      """
      name: app
      stages:
        schema: {run: "true", rollback: echo schema >> undone}
        index: {run: "true", rollback: echo index >> undone, after: schema}
        install:
          run: "true"
          params: {version: "1.0", old: "x"}
          env: {HOST: here}
          after: index
          rollback: echo "install $CHECKPOINT_PARAM_version ${CHECKPOINT_PARAM_old-none}
            ${CHECKPOINT_PARAM_added-none} $HOST" >> undone
      """;

  private static final String EDITED =
      APP.replaceFirst(" +index: .*\n", "")
          .replace("after: index", "after: schema")
          .replace("\"1.0\", old: \"x\"", "\"2.0\", added: \"y\"");

  private void installThenEdit() throws IOException {
    Files.writeString(directory.resolve("pipeline.yaml"), APP);
    assertThat(run("pipeline", "run").status()).isZero();
    Files.writeString(directory.resolve("pipeline.yaml"), EDITED);
    golden.setClock(ROLLED_BACK_AT);
  }

  @Test
  void rollback_afterAnEdit_undoesWithTheRecordedParameters() throws IOException {
    installThenEdit();

    CommandRun.Result result = run("rollback", "--yes", "--leave-undeclared");

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(undone()).isEqualTo("install 1.0 x none here\nschema\n");
    assertThat(result.err())
        .isEqualTo(
            """
            checkpoint: undoing install
            checkpoint: install: parameter 'added' is not set: the stage ran without it
            checkpoint: install: parameter 'old' is x as recorded
            checkpoint: install: parameter 'version' is 1.0 as recorded, not 2.0
            checkpoint: install: its 'env' is not recorded, and is that of the file
            checkpoint: undoing schema
            """);
    assertThat(result.out())
        .isEqualTo(
            """
            undone install
            undone schema
            left index completed (the file no longer has it)
            """);
  }

  @Test
  void rollback_ofAStageThatTheFileNoLongerHas_isRefusedAndNamesIt() throws IOException {
    installThenEdit();

    for (String how : List.of("--yes", "--dry-run")) {
      CommandRun.Result result = run("rollback", how);

      assertThat(result.status()).as(result.err()).isEqualTo(ExitCodes.REFUSED);
      assertThat(result.err())
          .contains("the pipeline does not declare 'index', completed by an earlier declaration")
          .contains("--leave-undeclared");
      assertThat(undone()).isEmpty();
    }
    assertThat(run("rollback", "--dry-run").out())
        .contains("would leave index completed (the file no longer has it)\n");
    assertThat(run("rollback", "--journal").status()).isEqualTo(ExitCodes.NO);
  }

  @Test
  void rollback_ofAParameterOfWhichOnlyTheDigestWasRecorded_isRefusedUnlessItIsTheSame()
      throws IOException {
    String text = "v".repeat(300);
    String file =
        FILE.replace(
            "    rollback: echo switch", "    params: {text: %s}%n    rollback: echo switch");
    Files.writeString(directory.resolve("pipeline.yaml"), file.formatted(text));
    Files.createFile(directory.resolve("healthy"));
    assertThat(run("pipeline", "run").status()).isZero();
    Files.writeString(directory.resolve("pipeline.yaml"), file.formatted("other"));

    CommandRun.Result refused = run("rollback", "--yes");

    assertThat(refused.status()).isEqualTo(ExitCodes.REFUSED);
    assertThat(refused.err()).contains("of which only the digest was recorded");
    assertThat(undone()).isEmpty();
    Files.writeString(directory.resolve("pipeline.yaml"), file.formatted(text));
    assertThat(run("rollback", "--yes").status()).isZero();
  }

  @Test
  void rollback_ofARecordWithoutParameters_saysThatTheyAreThoseOfTheFile() throws IOException {
    Files.writeString(directory.resolve("pipeline.yaml"), EDITED);
    assertThat(command().run("save", "install").status()).isZero();

    CommandRun.Result result = run("rollback", "--yes");

    assertThat(result.err())
        .contains("install: parameter 'version' was not recorded, and is 2.0 as declared now");
    assertThat(undone()).isEqualTo("install 2.0 none y here\n");
  }

  @Test
  void json_ofAFileThatWasEdited() throws IOException {
    installThenEdit();

    golden.assertGolden("rollback/edited.json", json("--dry-run"));
  }

  @Test
  void json_ofARollback() {
    deployInVain();

    golden.assertGolden("rollback/dry-run.json", json("--dry-run"));
  }

  @Test
  void json_ofARollbackThatFailsAndIsResumed() throws IOException {
    deployInVain();
    Files.createFile(directory.resolve("stuck"));

    golden.assertGolden("rollback/failed.json", json("--yes"));
    Files.delete(directory.resolve("stuck"));
    golden.assertGolden("rollback/resumed.json", json("--yes"));
    golden.assertGolden("rollback-journal/finished.json", json("--journal"));
  }

  @Test
  void json_ofAStageWithoutRollbackCommand() throws IOException {
    deployInVain();
    Files.writeString(
        directory.resolve("pipeline.yaml"),
        FILE.replaceFirst("\n +rollback: echo \"migrate.*", ""));

    golden.assertGolden("rollback/without-command.json", json("--dry-run"));
    golden.assertGolden("rollback-journal/none.json", json("--journal"));
  }

  @Test
  void json_ofARollbackToAStage() {
    deployInVain();

    golden.assertGolden("rollback/to-a-stage.json", json("--to", "migrate", "--yes"));
    golden.assertGolden("rollback-journal/to-a-stage.json", json("--to", "migrate", "--journal"));
  }

  private String json(String... args) {
    String[] line = Stream.concat(Stream.of("rollback"), Stream.of(args)).toArray(String[]::new);
    return golden.run(ofPipeline().json(), line).out();
  }
}
