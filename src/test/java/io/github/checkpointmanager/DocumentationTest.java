package io.github.checkpointmanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.testing.Documentation;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the pages say in Java compiles against the library as it is, and what they point at exists.
 */
class DocumentationTest {
  /** What the samples leave out. */
  private static final String FRAME =
"""
      import io.github.checkpointmanager.*;
      import io.github.checkpointmanager.payload.*;
      import io.github.checkpointmanager.pipeline.*;
      import io.github.checkpointmanager.pipeline.rollback.*;
      import io.github.checkpointmanager.pipeline.s3.*;
      import io.github.checkpointmanager.store.*;
      import io.github.checkpointmanager.store.memory.*;
      import io.github.checkpointmanager.store.s3.*;
      import java.time.*;
      import java.util.*;
      import software.amazon.awssdk.services.s3.S3Client;
      abstract class Sample {
        record Model(double weight) {}
        S3Client s3;
        CheckpointManager checkpoints;
        Pipeline etl;
        StageContext context;
        java.sql.Connection database;
        long total;
        interface Lambda {
          int getRemainingTimeInMillis();
        }
        Lambda lambda;
        abstract void publish(Model model, long token);
        abstract void ingest() throws java.io.IOException;
        abstract void preprocess();
        abstract Model train();
        abstract void trainInto(long token);
        void sample() throws Exception {
      %s
        }
      }
""";

  /** Which tests run the shell blocks of a page. */
  private static final Map<String, List<String>> RUN_BY =
      Map.of(
          "README.md", List.of("ReadmeIT"),
          "examples/etl/README.md", List.of("ReadmeIT"),
          "infra/README.md", List.of("ReadmeIT"),
          "localstack/README.md", List.of("ReadmeIT"),
          "docs/FORMAT.md", List.of("ReadmeIT"),
          "docs/guide-distributed.md", List.of("pipeline/DistributedGuideIT"),
          "docs/guide-pipelines.md",
              List.of("pipeline/PipelineGuideIT", "pipeline/PipelineGuideTest"));

  @TempDir Path classes;

  static Stream<Documentation.Block> javaSamples() {
    return Documentation.pages().flatMap(page -> Documentation.blocks(page, "java"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("javaSamples")
  void samples_compile(Documentation.Block sample) throws Exception {
    boolean whole = sample.text().contains("class ") && sample.text().contains("import ");
    String source = whole ? sample.text() : FRAME.formatted(sample.text());
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter told = new StringWriter();
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///Sample.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    List<String> options =
        List.of("-d", classes.toString(), "-cp", Documentation.classPath(), "-proc:none");
    boolean compiled = compiler.getTask(told, null, null, options, null, List.of(file)).call();
    assertThat(compiled).as("%s%n%s", told, source).isTrue();
  }

  /** A failed run throws nothing: a sample that drops its report teaches to miss failures. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("javaSamples")
  void samples_dropNoReport(Documentation.Block sample) {
    assertThat(sample.text().replaceAll("\\s+", " ").split(";"))
        .filteredOn(statement -> statement.strip().startsWith("PipelineRunner."))
        .allMatch(statement -> statement.endsWith(".orThrow()"));
  }

  @Test
  void readme_hasSamples() {
    assertThat(Documentation.blocks(Path.of("README.md"), "java")).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void links_pointAtFilesAndHeadingsThatExist() {
    assertThat(
            Documentation.pages()
                .flatMap(Documentation::links)
                .filter(link -> !leadsSomewhere(link))
                .map(Documentation.Link::toString))
        .isEmpty();
  }

  private static boolean leadsSomewhere(Documentation.Link link) {
    return Files.exists(link.target())
        && (link.anchor().isEmpty()
            || Documentation.anchors(link.target()).contains(link.anchor()));
  }

  @Test
  void links_areFound() {
    assertThat(Documentation.pages().flatMap(Documentation::links))
        .hasSizeGreaterThan(25)
        .anyMatch(link -> !link.anchor().isEmpty());
  }

  /** By one of the tests that run blocks, or with the comment above it that says why not. */
  @Test
  void shellBlocks_areRunOrSayWhyNot() {
    assertThat(
            Documentation.pages()
                .filter(page -> !RUN_BY.containsKey(page.toString()))
                .flatMap(Documentation::blocks)
                .filter(block -> block.isShell() && block.notRun().isEmpty())
                .map(Documentation.Block::toString))
        .isEmpty();
  }

  @Test
  void testsOfShellBlocks_nameTheirPages() {
    for (Map.Entry<String, List<String>> page : RUN_BY.entrySet()) {
      for (String test : page.getValue()) {
        assertThat(Path.of("src/test/java/io/github/checkpointmanager/cli", test + ".java"))
            .content()
            .contains('"' + page.getKey() + '"');
      }
    }
  }
}
