package io.github.checkpointmanager.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.cli.CommandRun;
import io.github.checkpointmanager.pipeline.LocalFiles;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineRunner;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.PipelineTask;
import io.github.checkpointmanager.pipeline.PlanOptions;
import io.github.checkpointmanager.pipeline.ResumePolicy;
import io.github.checkpointmanager.pipeline.RunReport;
import io.github.checkpointmanager.pipeline.StageReport.StageOutcome;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.Documentation;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code examples/etl/Etl.java} is {@code examples/etl/pipeline.yaml} in Java. */
@Timeout(300)
class EtlInJavaTest {
  private static final Path SHELL = Path.of("examples/etl/pipeline.yaml");
  private static final Path JAVA = Path.of("examples/etl/Etl.java");
  private static final Path DATA =
      Path.of("src/main/resources/io/github/checkpointmanager/cli/demo/penguins.csv");

  @TempDir private Path directory;
  private URLClassLoader classes;

  /** What a task dies of. */
  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Where in a stage it dies. */
  private enum Point {
    BEFORE_ITS_WORK,
    AFTER_ITS_WORK
  }

  @BeforeEach
  void compile() throws IOException {
    Path compiled = Files.createDirectory(directory.resolve("classes"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of("-d", compiled.toString(), "-cp", Documentation.classPath(), "-proc:none");
      assertThat(
              compiler
                  .getTask(null, files, null, options, null, files.getJavaFileObjects(JAVA))
                  .call())
          .isTrue();
    }
    classes = new URLClassLoader(new URL[] {compiled.toUri().toURL()}, getClass().getClassLoader());
  }

  @AfterEach
  void closeClasses() throws IOException {
    classes.close();
  }

  /** A copy of the tree, and in it the directory of the example. */
  private Path example(String name) throws IOException {
    Path tree = directory.resolve(name);
    for (Path file : List.of(SHELL, DATA)) {
      Files.createDirectories(tree.resolve(file).getParent());
      Files.copy(file, tree.resolve(file));
    }
    return tree.resolve("examples/etl");
  }

  private Pipeline pipeline(Path example) throws ReflectiveOperationException {
    return (Pipeline)
        classes.loadClass("Etl").getMethod("pipeline", Path.class).invoke(null, example);
  }

  private static RunReport run(MemoryStore store, Path example, Pipeline pipeline) {
    try (var checkpoints = CheckpointManager.builder().store(store).open()) {
      return PipelineRunner.of(checkpoints)
          .options(PlanOptions.standard().withPolicy(ResumePolicy.FINGERPRINT))
          .source(LocalFiles.below(example))
          .run(pipeline);
    }
  }

  /** What the commands make; as none is killed, they leave nothing else. */
  private Map<String, String> madeByTheShell() throws IOException {
    Path example = example("shell");
    CommandRun.Result result =
        new CommandRun()
            .path()
            .run("pipeline", "run", "--file", example.resolve("pipeline.yaml").toString());
    assertThat(result.status()).as(result.err()).isZero();
    Map<String, String> files = files(example);
    assertThat(files).hasSize(8);
    return files;
  }

  private static Map<String, String> files(Path example) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(example.resolve("work"))) {
      for (Path file : files.toList()) {
        contents.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return contents;
  }

  @Test
  void java_declaresTheStagesOfTheFile() throws Exception {
    Path example = example("java");
    Pipeline inJava = pipeline(example);
    CommandRun.Result plan =
        new CommandRun()
            .path()
            .run("pipeline", "plan", "--file", example.resolve("pipeline.yaml").toString());

    assertThat(plan.out().lines().map(line -> line.split(" +", 2)[0]))
        .containsSubsequence(inJava.order().stream().map(PipelineStage::name).toList());
    assertThat(inJava.order()).hasSize(8);
  }

  @ParameterizedTest
  @EnumSource(Point.class)
  void crashedAtEachStage_resumesToTheFilesOfTheShell(Point point) throws Exception {
    Map<String, String> expected = madeByTheShell();
    for (PipelineStage crashing : pipeline(directory).order()) {
      String stage = crashing.name();
      Path example = example("java-" + stage);
      Pipeline etl = pipeline(example);
      MemoryStore store = new MemoryStore();

      RunReport crashed = run(store, example, crashingAt(point, stage, etl));

      assertThat(crashed.with(StageOutcome.FAILED)).containsExactly(stage);
      assertThat(crashed.find(stage).orElseThrow().failure())
          .hasValueSatisfying(failure -> assertThat(failure).isInstanceOf(Crash.class));
      RunReport resumed = run(store, example, etl);
      assertThat(resumed.isComplete()).isTrue();
      assertThat(resumed.with(StageOutcome.SKIPPED))
          .isEqualTo(crashed.with(StageOutcome.RAN))
          .doesNotContain(stage);
      assertThat(files(example)).as("crashed %s of %s", point, stage).isEqualTo(expected);
    }
  }

  /** The same pipeline, one of whose tasks dies. */
  private static Pipeline crashingAt(Point point, String stage, Pipeline pipeline) {
    Pipeline.Builder builder = Pipeline.named(pipeline.name());
    for (PipelineStage declared : pipeline.stages()) {
      PipelineTask task =
          context -> {
            if (point == Point.AFTER_ITS_WORK) {
              declared.task().run(context);
            }
            throw new Crash();
          };
      PipelineStage.Builder copy =
          PipelineStage.of(declared.name(), declared.name().equals(stage) ? task : declared.task())
              .after(declared.after().toArray(String[]::new))
              .params(declared.params())
              .outputs(declared.outputs().toArray(String[]::new));
      declared.inputs().forEach(input -> copy.inputs(input.name()));
      builder.stage(copy);
    }
    return builder.build();
  }
}
