package io.github.checkpointmanager.cli.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.cli.pipeline.FileRefusal.PipelineFileException;
import io.github.checkpointmanager.cli.pipeline.PipelineFile.FileBytes;
import io.github.checkpointmanager.testing.Generator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are: a tree, or one refusal on one line. */
class HostileFileTest {
  private static final FileRefusal REFUSAL = new FileRefusal("p.yaml");

  private static final List<String> FRAGMENTS =
      List.of(
          "stages:",
          "\n  ",
          "\n    ",
          " ",
          "a:",
          "b: ",
          "run: x",
          "after: [a]",
          "{",
          "}",
          "[",
          "]",
          ", ",
          "- ",
          "&x ",
          "*x",
          "!t ",
          "'",
          "\"",
          "\t",
          "#",
          "---\n",
          "...\n",
          "? ",
          "<<: ",
          "|",
          ">\n",
          "params: ",
          "k: 1",
          "%YAML 1.2\n",
          "\u0085",
          "\ud83d\udc27",
          "@",
          "`");

  @Test
  void bytes_areATreeOrRefused() {
    Generator.forAll(2000, generator -> generator.bytes(300), HostileFileTest::assertReadOrRefused);
  }

  @Test
  void fragments_areStagesOrRefused() {
    Generator.forAll(
        2000,
        generator -> String.join("", generator.list(0, 30, g -> g.pick(FRAGMENTS))),
        text -> assertReadOrRefused(text.getBytes(UTF_8)));
  }

  private static void assertReadOrRefused(byte[] bytes) {
    try {
      var root = YamlTree.of(FileBytes.text(bytes, REFUSAL), REFUSAL);
      var fields = YamlFields.of(root, "the pipeline", REFUSAL).allowing(List.of("stages"));
      for (var stage : fields.map("stages").keySet()) {
        new StageReader(REFUSAL).read(stage, root);
      }
    } catch (PipelineFileException e) {
      assertThat(e.getMessage())
          .matches("p\\.yaml:\\d+:\\d+ was refused: .+\\. .+\\.|The pipeline file .+")
          .doesNotContain("\n");
    }
  }
}
