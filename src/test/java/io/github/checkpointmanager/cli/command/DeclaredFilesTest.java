package io.github.checkpointmanager.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command says and does when declared inputs and outputs are missing or unusable. */
class DeclaredFilesTest {
  private static final String INTERMEDIATE =
      """
      policy: fingerprint
      stages:
        a: {run: "echo m > mid", outputs: mid}
        b: {run: "cp mid fin", inputs: mid, after: a, params: {v: "1"}}
      """;

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = directory.resolve("pipeline.yaml");
  }

  private CommandRun.Result run(String... args) {
    return new CommandRun().path().file(file).run(args);
  }

  private void pipeline(String yaml) throws IOException {
    Files.writeString(file, yaml);
  }

  @Test
  void everyView_ofAStageWithoutItsInput_saysThatItIsBlocked() throws IOException {
    pipeline(
        """
        stages:
          s: {run: "true", inputs: nothere.csv}
          t: {run: "true", after: s}
        """);

    for (List<String> view :
        List.of(
            List.of("pipeline", "plan"),
            List.of("pipeline", "run", "--dry-run"),
            List.of("pipeline", "status"),
            List.of("pipeline", "plan", "--policy", "fingerprint"))) {
      CommandRun.Result result = run(view.toArray(String[]::new));

      assertThat(result.status()).isZero();
      assertThat(result.out())
          .as("%s", view)
          .contains("input 'nothere.csv' is missing")
          .contains("it depends on 's', which is not completed");
    }
    assertThat(run("pipeline", "plan").out()).contains("0 to run, 0 to skip, 2 blocked");
    assertThat(run("explain", "s").out()).contains("blocked: input 'nothere.csv' is missing");
    assertThat(run("pipeline", "run").status()).isEqualTo(7);
  }

  @Test
  void plan_ofAStageWhoseInputIsMadeBeforeIt_saysThatItRuns() throws IOException {
    pipeline(INTERMEDIATE);

    assertThat(run("pipeline", "plan").out()).contains("2 to run, 0 to skip");
    assertThat(run("pipeline", "run").status()).isZero();
  }

  @Test
  void rerun_ofAStageThatCouldNotRun_clearsNothing() throws IOException {
    pipeline(
        """
        stages:
          a: {run: "cp raw a.txt", inputs: raw, outputs: a.txt}
          b: {run: "cp a.txt b.txt", after: a}
        """);
    Files.writeString(directory.resolve("raw"), "1");
    assertThat(run("pipeline", "run").status()).isZero();
    Files.delete(directory.resolve("raw"));

    CommandRun.Result dry = run("rerun", "--from", "a", "--dry-run");
    CommandRun.Result real = run("rerun", "--from", "a");

    assertThat(dry.out()).containsPattern("a +blocked +input 'raw' is missing");
    assertThat(real.status()).isEqualTo(7);
    assertThat(real.err())
        .contains(
            "Nothing was cleared and nothing was run: 'a' could not run again: blocked: input 'raw'"
                + " is missing. Correct that, and run it again.");
    assertThat(run("pipeline", "plan").out()).contains("0 to run, 2 to skip");
  }

  @Test
  void run_withoutAnIntermediateFile_saysWhatMakesIt_andHowToResume() throws IOException {
    pipeline(INTERMEDIATE);
    assertThat(run("pipeline", "run").status()).isZero();
    Files.delete(directory.resolve("mid"));
    pipeline(INTERMEDIATE.replace("v: \"1\"", "v: \"2\""));

    CommandRun.Result blocked = run("pipeline", "run");

    assertThat(blocked.status()).isEqualTo(7);
    assertThat(blocked.err())
        .contains("input 'mid' is missing, which the stage 'a' makes: run that stage again")
        .endsWith("to resume: checkpoint pipeline run --file " + file + " --check-outputs\n");
    assertThat(run("pipeline", "run", "--check-outputs").status()).isZero();
    assertThat(directory.resolve("fin")).hasContent("m");
  }

  @Test
  void run_withTheStoreOfTheEnvironment_namesItInTheLineThatResumes() throws IOException {
    pipeline("{name: etl, stages: {a: {run: \"true\"}, b: {run: \"false\", after: a}}}");
    Path store = directory.resolve("x");

    CommandRun.Result failed =
        new CommandRun()
            .path()
            .environment("CHECKPOINT_STORE", store.toString())
            .file(file)
            .run("pipeline", "run");

    assertThat(failed.status()).isEqualTo(7);
    assertThat(failed.err())
        .endsWith("to resume: checkpoint --store " + store + " pipeline run --file " + file + "\n");
  }

  @Test
  void run_ofAStageThatHasFailedTooOften_resumesByARerun() throws IOException {
    pipeline("stages: {a: {run: \"false\", max-attempts: 1}}");
    run("pipeline", "run", "--claim");

    CommandRun.Result exhausted = run("pipeline", "run", "--claim");

    assertThat(exhausted.err()).contains("to resume: checkpoint rerun --failed --file " + file);
  }

  @Test
  void run_ofAnAddressThatNobodyKnows_isRefusedBeforeAnythingRuns() throws IOException {
    pipeline(
        """
        stages:
          a: {run: "touch ran"}
          b: {run: "true", after: a, inputs: "https://example.org/x.csv"}
        """);

    CommandRun.Result refused = run("pipeline", "run");

    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err())
        .contains("The stage 'b' was refused: its input 'https://example.org/x.csv' is an address")
        .contains("Name a file, a directory or an s3:// object");
    assertThat(directory.resolve("ran")).doesNotExist();
  }

  @Test
  void run_ofFilesWithAColon_readsThem() throws IOException {
    Files.writeString(directory.resolve("data:v2.csv"), "1");
    pipeline("stages: {t: {run: \"true\", inputs: \"data:v2.csv\"}}");

    assertThat(run("pipeline", "run").status()).isZero();
  }

  @Test
  void run_ofFilesThatOverlap_isRefused() throws IOException {
    pipeline(
        """
        stages:
          a: {run: "echo a > out.txt", outputs: out.txt}
          b: {run: "echo b > out.txt", outputs: ./out.txt}
        """);

    CommandRun.Result refused = run("pipeline", "plan");

    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains("overlaps the output 'out.txt' of the stage 'a'");
  }

  /** The work is done: what cannot be read of its outputs is left out of the record. */
  @Test
  void run_whenAnOutputCannotBeRead_savesTheStage() throws IOException {
    pipeline("stages: {a: {run: \"mkdir d && mkfifo d/p\", outputs: d}}");

    CommandRun.Result result = run("pipeline", "run");

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(run("pipeline", "run", "--check-outputs").err()).contains("1 skipped");
    assertThat(run("verify", "--outputs").out()).contains("0 missing, changed or unreadable");
  }

  /** The default location is beside the file, in the directory that is declared. */
  @Test
  void run_ofAllInItsDirectory_doesNotTakeTheStoreForAnInput() throws IOException {
    pipeline("policy: fingerprint\nstages: {s: {run: \"true\", inputs: .}}");
    assertThat(run("pipeline", "run", "--claim").status()).isZero();

    assertThat(run("pipeline", "plan").out()).contains("0 to run, 1 to skip");
  }
}
