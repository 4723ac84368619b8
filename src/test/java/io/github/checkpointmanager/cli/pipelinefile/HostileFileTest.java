package io.github.checkpointmanager.cli.pipelinefile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever the bytes are: a tree, or one refusal on one line. */
class HostileFileTest {
  private static final Refusal REFUSAL = new Refusal("p.yaml");

  @Property(tries = 2000)
  void bytes_areATreeOrRefused(@ForAll byte[] bytes) {
    assertReadOrRefused(bytes);
  }

  @Property(tries = 2000)
  void fragments_areStagesOrRefused(@ForAll("fragments") List<String> fragments) {
    assertReadOrRefused(String.join("", fragments).getBytes(UTF_8));
  }

  @Provide
  Arbitrary<List<String>> fragments() {
    return Arbitraries.of(
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
            "`")
        .list()
        .ofMaxSize(30);
  }

  private static void assertReadOrRefused(byte[] bytes) {
    try {
      var root = YamlTree.of(FileBytes.text(bytes, REFUSAL), REFUSAL);
      var fields = Fields.of(root, "the pipeline", REFUSAL).allowing(List.of("stages"));
      for (var stage : fields.map("stages").keySet()) {
        new StageReader(REFUSAL, Duration::parse).read(stage, root);
      }
    } catch (PipelineFileException e) {
      assertThat(e.getMessage())
          .matches("p\\.yaml:\\d+:\\d+ was refused: .+\\. .+\\.|The pipeline file .+")
          .doesNotContain("\n");
    }
  }
}
