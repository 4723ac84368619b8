package io.github.checkpointmanager.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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

  @TempDir private Path directory;

  @BeforeEach
  void writePipeline() throws IOException {
    Files.writeString(directory.resolve("pipeline.yaml"), FILE);
  }

  private CommandRun command() {
    return new CommandRun()
        .environment("PATH", System.getenv("PATH"))
        .environment("CHECKPOINT_STORE", directory.resolve("store").toString());
  }

  private CommandRun.Result run(String... args) {
    String[] line = new String[args.length + 2];
    System.arraycopy(args, 0, line, 0, args.length);
    line[args.length] = "--file";
    line[args.length + 1] = directory.resolve("pipeline.yaml").toString();
    return command().run(line);
  }

  private void deployInVain() {
    assertThat(run("pipeline", "run").status()).isEqualTo(ExitCodes.STAGE_FAILED);
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
    assertThat(run("has", "migrate").status()).isEqualTo(ExitCodes.REFUSED); // has no --file
    assertThat(command().run("has", "migrate").status()).isEqualTo(ExitCodes.NO);
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
            "stopped at install (attempt 1): its command ended with status 1; mend it and run the"
                + " rollback again\n");
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
            "failed        install  1        io.github.checkpointmanager.cli.StageCommandException:"
                + " its command ended with status 1",
            "compensating  install  2",
            "compensated   install  2",
            "compensating  migrate  1",
            "compensated   migrate  1",
            "finished      -        -");
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
    String file = directory.resolve("pipeline.yaml").toString();

    assertThat(command().typed("n\n").run("rollback", "--file", file).status())
        .isEqualTo(ExitCodes.NO);
    assertThat(undone()).isEmpty();
    assertThat(command().typed("y\n").run("rollback", "--file", file).status()).isZero();
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
    assertThat(result.err()).contains("another one, of everything, was interrupted");
  }

  @Test
  void json_ofARollback() throws IOException {
    deployInVain();
    assertGolden("rollback-dry-run.json", run("rollback", "--dry-run", "--output", "json").out());
    Files.createFile(directory.resolve("stuck"));
    assertGolden("rollback-failed.json", run("rollback", "--yes", "--output", "json").out());
    Files.delete(directory.resolve("stuck"));
    assertGolden("rollback.json", run("rollback", "--yes", "--output", "json").out());
    assertGolden("rollback-journal.json", run("rollback", "--journal", "--output", "json").out());
  }

  private void assertGolden(String name, String document) throws IOException {
    String normal =
        document
            .replace(directory.toString(), "DIRECTORY")
            .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME")
            .replaceAll("\"[0-9a-f]{32}\"", "\"HEX\"");
    try (InputStream golden = RollbackCommandTest.class.getResourceAsStream("/cli/" + name)) {
      assertThat(golden).as("golden file %s for %s", name, normal).isNotNull();
      assertThat(normal).isEqualTo(new String(golden.readAllBytes(), UTF_8));
    }
  }
}
