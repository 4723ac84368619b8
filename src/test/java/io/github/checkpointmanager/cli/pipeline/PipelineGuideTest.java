package io.github.checkpointmanager.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.cli.CommandRun;
import io.github.checkpointmanager.testing.Documentation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file and the commands of {@code docs/guide-pipelines.md} do what the page says. */
class PipelineGuideTest {
  private static final Path PAGE = Path.of("docs/guide-pipelines.md");

  @TempDir private Path directory;

  @Test
  void fileOfTheGuide_runsByItsCommands() throws IOException {
    String file = Documentation.blocks(PAGE, "yaml").findFirst().orElseThrow().text();
    Files.writeString(directory.resolve("pipeline.yaml"), file);
    Files.writeString(directory.resolve("raw.csv"), "2,NA\n1,x\n3,y\n");
    List<String> commands =
        Documentation.blocks(PAGE, "sh")
            .flatMap(block -> block.text().lines())
            .map(line -> line.replaceAll(" +#.*", ""))
            .toList();

    assertThat(commands).hasSizeGreaterThan(8);
    for (String command : commands) {
      String[] words =
          (command.replaceFirst("^checkpoint ", "")
                  + " --file "
                  + directory.resolve("pipeline.yaml"))
              .split(" ", -1);
      CommandRun.Result result = new CommandRun().path().run(words);
      assertThat(result.status()).as(command + ": " + result.err()).isZero();
    }
    assertThat(Files.readString(directory.resolve("count.txt")).strip()).isEqualTo("2");
  }
}
