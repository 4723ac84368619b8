package io.github.checkpointmanager.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.cli.CommandRun;
import io.github.checkpointmanager.cli.Main;
import io.github.checkpointmanager.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What claims give to those who ask for nothing: one execution, and a view of what happened. */
@Timeout(240)
class ClaimsByDefaultTest {
  /** Records that it began, and ends when the test says so. */
  private static final String WORK = "echo begin >> ran; until [ -e go ]; do sleep 0.1; done";

  @TempDir private Path directory;

  private Path file(String name) {
    return directory.resolve(name);
  }

  private String content(String name) {
    try {
      return Files.exists(file(name)) ? Files.readString(file(name)) : "";
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(20); // the test's own time limit ends it
    }
  }

  private ChildJvm start(String log, List<String> command) {
    return ChildJvm.running(Main.class, command.toArray(String[]::new)).outputTo(file(log)).start();
  }

  /** Starts the second while the first executes the stage. */
  private void runTwiceAtOnce(List<String> command) throws Exception {
    try (ChildJvm first = start("first", command)) {
      await(() -> !content("ran").isEmpty());
      try (ChildJvm second = start("second", command)) {
        await(
            () ->
                content("second").contains("waiting for a: ") || !content("ran").equals("begin\n"));
        Files.createFile(file("go"));

        assertThat(first.await()).as(content("first")).isZero();
        assertThat(second.await()).as(content("second")).isZero();
      }
    }
    assertThat(content("ran")).as("executions").isEqualTo("begin\n");
  }

  @Test
  void aStageWhoseAttemptsAreUsedUp_isBlockedInEveryView() throws IOException {
    Files.writeString(
        directory.resolve("pipeline.yaml"),
        "stages: {a: {run: 'exit 3', max-attempts: 1}, b: {run: 'true', after: a}}");
    run("pipeline", "run");

    for (String view : List.of("pipeline plan", "pipeline run --dry-run", "pipeline status")) {
      assertThat(run(view.split(" ")).out())
          .as(view)
          .containsPattern("a .*blocked.*it has failed 1 time.*its limit is 1");
    }
    assertThat(run("pipeline", "plan").out()).contains("0 to run, 0 to skip, 2 blocked");
    assertThat(run("pipeline", "run").err())
        .contains("is not tried again")
        .doesNotContain("ClaimOptions")
        .doesNotContain("clear(List");
    assertThat(run("rerun", "--failed", "--dry-run").out()).containsPattern("a +run");
  }

  @Test
  void twoRunsAtOnce_executeTheStageOnce() throws Exception {
    runTwiceAtOnce(
        List.of(
            "--store",
            file("store").toString(),
            "run",
            "a",
            "--",
            "sh",
            "-c",
            "cd " + directory + "; " + WORK));

    assertThat(content("second")).contains("skipping a: ");
  }

  @Test
  void twoPipelineRunsAtOnce_executeEachStageOnce() throws Exception {
    Files.writeString(
        file("pipeline.yaml"),
        "stages: {a: {run: '" + WORK + "'}, b: {run: 'echo b >> b-ran', after: a}}");

    runTwiceAtOnce(List.of("pipeline", "run", "--file", file("pipeline.yaml").toString()));

    assertThat(content("b-ran")).isEqualTo("b\n");
  }

  private CommandRun.Result run(String... args) {
    return new CommandRun().path().file(file("pipeline.yaml")).run(args);
  }

  @Test
  void aFailedStage_isShown_andRerunFailedRunsIt() throws Exception {
    Files.writeString(
        file("pipeline.yaml"),
        "stages: {a: {run: 'test -e fixed'}, b: {run: 'true', after: a}, c: {run: 'true'}}");
    assertThat(run("pipeline", "run").status()).isEqualTo(7);

    assertThat(run("pipeline", "status").out()).containsPattern("a +failed");
    Files.createFile(file("fixed"));
    CommandRun.Result again = run("rerun", "--failed", "--yes");

    assertThat(again.status()).as(again.err()).isZero();
    assertThat(again.err()).contains("to clear: a\n").doesNotContain("no stage has anything");
  }

  @Test
  void aStageThatRuns_isShown() throws Exception {
    CommandRun.Result result =
        new CommandRun()
            .path()
            .store(file("store").toString())
            .run(
                "run",
                "a",
                "--",
                "sh",
                "-c",
                "head -n 1 \"$CHECKPOINT_STORE/a.claim\" > " + file("state"));

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(content("state")).isEqualTo("RUNNING\n");
  }

  @Test
  void aPipelineRunThatDoesNotWait_is103_andRunsWhatIsFree() throws Exception {
    Files.writeString(
        file("pipeline.yaml"),
        "stages: {a: {run: '" + WORK + "'}, b: {run: 'true', after: a}, c: {run: 'echo > free'}}");
    List<String> command =
        List.of("pipeline", "run", "--jobs", "2", "--file", file("pipeline.yaml").toString());
    try (ChildJvm first = start("first", command)) {
      await(() -> !content("ran").isEmpty() && Files.exists(file("free")));

      CommandRun.Result second = run("pipeline", "run", "--wait-timeout", "0s");

      assertThat(second.status()).as(second.err()).isEqualTo(103);
      assertThat(second.err())
          .contains("a: blocked: ", "the run has waited for 0 s")
          .contains("to resume: ", " --wait-timeout PT0S\n");
      Files.createFile(file("go"));
      assertThat(first.await()).as(content("first")).isZero();
    }
    assertThat(content("ran")).isEqualTo("begin\n");
  }

  @Test
  void withoutClaims_nothingIsClaimed() throws Exception {
    Files.writeString(file("pipeline.yaml"), "stages: {a: {run: 'true'}, b: {run: 'false'}}");

    CommandRun.Result pipeline = run("pipeline", "run", "--no-claim");
    CommandRun run = new CommandRun().path().store(file("checkpoints").toString());

    assertThat(pipeline.err()).contains("to resume: ", " --no-claim\n");
    assertThat(run.run("run", "c", "--no-claim", "--", "true").status()).isZero();
    List<String> claims = new ArrayList<>();
    try (var files = Files.list(file("checkpoints"))) {
      files
          .map(path -> path.getFileName().toString())
          .filter(n -> n.endsWith(".claim"))
          .forEach(claims::add);
    }
    assertThat(claims).isEmpty();
  }

  @Test
  void claimAndNoClaim_areRefusedTogether() {
    CommandRun.Result result =
        new CommandRun()
            .path()
            .store(file("store").toString())
            .run("run", "a", "--claim", "--no-claim", "--", "true");

    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err()).contains("--claim and --no-claim are refused");
  }
}
