package io.github.checkpointmanager.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.testing.Documentation;
import io.github.checkpointmanager.testing.Documentation.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shell blocks of README.md and of the README.md of each folder, run as a reader pastes them:
 * all of a page in their order, in one shell, in a fresh copy of what they use. A block that is not
 * run says why in a comment above it, and is listed here.
 */
@Timeout(600)
class ReadmeIT {
  private static final List<String> PAGES =
      List.of("README.md", "examples/etl/README.md", "infra/README.md", "localstack/README.md");

  /** What the blocks use, besides the command. */
  private static final List<String> USED =
      List.of(
          "examples",
          "localstack",
          "src/main/resources/io/github/checkpointmanager/cli/demo/penguins.csv");

  @TempDir private Path directory;
  private Path tree;

  @BeforeEach
  void copyTree() throws IOException {
    tree = Files.createDirectories(directory.resolve("tree"));
    for (String used : USED) {
      try (Stream<Path> files = Files.walk(Path.of(used))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.createDirectories(tree.resolve(file).getParent());
          Files.copy(file, tree.resolve(file));
        }
      }
    }
    Files.createDirectories(tree.resolve("bin"));
    Files.createSymbolicLink(tree.resolve("bin/checkpoint"), Path.of(CommandProcess.LAUNCHER));
    Files.createSymbolicLink(tree.resolve("target"), Path.of("target").toAbsolutePath());
  }

  private static List<Block> shellBlocks(String page) {
    return Documentation.blocks(Path.of(page)).filter(Block::isShell).toList();
  }

  /**
   * Runs the blocks of a page. What they say is on standard output, below a line {@code ## block
   * N}, counted from 1; each command that failed is there as {@code ## failed: …}.
   */
  private String run(String page) {
    StringBuilder script = new StringBuilder("exec 2>&1; cd \"$1\" || exit 1\n");
    script.append("trap 'echo \"## failed: $BASH_COMMAND\"' ERR\n");
    int number = 0;
    for (Block block : shellBlocks(page)) {
      if (block.notRun().isEmpty()) {
        number++;
        script.append("echo '## block " + number + "'\n").append(here(block.text()));
      }
    }
    Map<String, String> environment = new HashMap<>();
    for (String variable : System.getenv().keySet()) {
      if (variable.startsWith("AWS_") || variable.startsWith("CHECKPOINT_")) {
        environment.put(variable, "");
      }
    }
    CommandProcess.Result result =
        CommandProcess.start(
                environment, List.of("bash", "-c", script + "wait\n", "bash", tree.toString()))
            .await();
    assertThat(result.status()).as(result.out()).isZero();
    return result.out();
  }

  /** With this test's directory in place of /tmp, and a free port in place of the usual one. */
  private String here(String block) {
    String instance = " --pid-file " + directory + "/localstack";
    return block
        .replace("/tmp/", directory + "/")
        .replace("$(localstack/start)", "$(localstack/start --port 0" + instance + ")")
        .replace("localstack/stop", "localstack/stop" + instance);
  }

  private static String block(String output, int number) {
    String[] blocks = output.split("## block \\d+\n", -1);
    assertThat(blocks).as(output).hasSizeGreaterThan(number);
    return blocks[number];
  }

  @Test
  void blocksThatAreNotRun_areThese() {
    assertThat(
            PAGES.stream()
                .flatMap(page -> shellBlocks(page).stream())
                .filter(block -> block.notRun().isPresent())
                .map(block -> block.page() + ": " + block.text().lines().findFirst().orElse("")))
        .containsExactly(
            "README.md: checkpoint --store s3://my-bucket/etl/2026-11-23 run ingest -- python"
                + " ingest.py",
            "infra/README.md: cd infra/terraform",
            "infra/README.md: aws cloudformation deploy --stack-name checkpoints --template-file"
                + " infra/cloudformation/checkpoints.yaml \\",
            "localstack/README.md: docker compose -f localstack/docker-compose.yml up -d");
  }

  @Test
  @Tag("s3")
  void readme() {
    String output = run("README.md");

    assertThat(block(output, 1)).contains("data_ingestion: ran", "evaluation: ran", "accuracy: ");
    assertThat(block(output, 2))
        .containsSubsequence(
            "killing this process after data_preprocessing",
            "## failed: bin/checkpoint demo --crash-after data_preprocessing",
            "data_preprocessing: skipped",
            "model_training: ran",
            "accuracy: ",
            "STAGE ");
    assertThat(block(output, 3))
        .contains("skipping ingest: completed", "\n344 rows\n", "\ntrain is completed\n")
        .doesNotContain("never printed")
        .containsSubsequence("cleared 1 stage", "1 valid, 0 damaged");
    assertThat(block(output, 4)).containsOnlyOnce("made by attempt 1\n").contains("completed");
    assertThat(block(output, 5))
        .containsSubsequence(
            "8 ran in ", "0 to run, 8 to skip", "inputs.", "to clear: clean", "completed");
    assertThat(block(output, 6)).containsSubsequence("accuracy: ", "evaluation ");
    assertThat(output.lines().filter(line -> line.startsWith("## failed")))
        .as(output)
        .containsExactly("## failed: bin/checkpoint demo --crash-after data_preprocessing");
  }

  @Test
  void examplesEtl() {
    String output = run("examples/etl/README.md");

    assertThat(block(output, 1)).contains("8 ran in ");
    assertThat(block(output, 2)).contains("0 to run, 8 to skip", "heavy: skipped", "ran, ");
    assertThat(block(output, 3)).contains("\nreport RAN: it has no checkpoint\n");
    assertThat(output).doesNotContain("## failed");
  }

  @Test
  @Tag("s3")
  void localstack() {
    String output = run("localstack/README.md");

    assertThat(block(output, 1)).contains("accuracy: ");
    assertThat(output).doesNotContain("## failed");
    assertThat(directory.resolve("localstack.d")).doesNotExist();
  }

  /** The check that anybody can make of a fingerprint. */
  @Test
  void format() throws IOException {
    List<Block> blocks = shellBlocks("docs/FORMAT.md");
    assertThat(blocks).hasSize(1);
    Files.writeString(
        tree.resolve("pipeline.yaml"),
        "name: p\npolicy: fingerprint\n"
            + "stages: {train: {run: 'true', version: v1, params: {lr: 0.1, n: 2}}}");

    CommandProcess.Result result =
        CommandProcess.shell(
            Map.of("CHECKPOINT_STORE", tree.toString()),
            "cd \"$1\" && \"$0\" -q pipeline run && " + blocks.get(0).text(),
            tree.toString());

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(tree.resolve("train.checkpoint"))
        .content()
        .contains("Fingerprint: sha256:" + result.out().substring(0, 64));
  }
}
