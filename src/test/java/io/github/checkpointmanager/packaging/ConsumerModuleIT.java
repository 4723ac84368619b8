package io.github.checkpointmanager.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A consumer's module that requires the library: it compiles, runs, and sees the API alone. */
class ConsumerModuleIT {
  private static final String DESCRIPTOR =
      """
      module consumer {
        requires io.github.checkpointmanager;
      }
      """;

  private static final String PROGRAM =
      """
      package consumer;

      import io.github.checkpointmanager.CheckpointManager;
      import io.github.checkpointmanager.pipeline.Pipeline;

      public final class Consumer {
        public static void main(String[] args) {
          try (CheckpointManager checkpoints = CheckpointManager.open(args[0])) {
            System.out.println(CheckpointManager.class.getModule().getName());
            System.out.println(checkpoints.save("train").outcome());
            System.out.println(checkpoints.completed());
            System.out.println(Pipeline.class.getModule().isNamed());
          }
        }
      }
      """;

  private static final String INTRUDER =
      """
      package consumer;

      import io.github.checkpointmanager.internal.save.SaveProtocol;

      public final class Intruder {
        SaveProtocol protocol;
      }
      """;

  @TempDir private Path directory;
  private Path sources;
  private Path classes;

  @BeforeEach
  void writeDescriptor() throws IOException {
    sources = Files.createDirectories(directory.resolve("sources"));
    classes = directory.resolve("classes");
    Files.writeString(sources.resolve("module-info.java"), DESCRIPTOR);
  }

  @Test
  void aModuleThatRequiresTheLibrary_compilesAndRuns() throws Exception {
    Files.writeString(sources.resolve("Consumer.java"), PROGRAM);

    assertThat(compile("Consumer.java")).isEmpty();
    assertThat(run("memory:consumer"))
        .containsExactly("io.github.checkpointmanager", "SAVED", "[train]", "true");
  }

  @Test
  void aModuleThatRequiresTheLibrary_cannotSeeInternal() throws Exception {
    Files.writeString(sources.resolve("Intruder.java"), INTRUDER);

    assertThat(compile("Intruder.java"))
        .contains("package io.github.checkpointmanager.internal.save is not visible");
  }

  /** What javac says; empty when it is content. */
  private String compile(String program) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      compiler
          .getTask(
              messages,
              files,
              null,
              List.of("--release", "17", "--module-path", modulePath(), "-d", classes.toString()),
              null,
              files.getJavaFileObjects(
                  sources.resolve("module-info.java"), sources.resolve(program)))
          .call();
    }
    return messages.toString();
  }

  private List<String> run(String location) throws Exception {
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--module-path",
                classes + File.pathSeparator + modulePath(),
                "--module",
                "consumer/consumer.Consumer",
                location)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ended").isTrue();
    return Files.readAllLines(output);
  }

  /** The library's jar and what it forces on its users, nothing that is optional. */
  private static String modulePath() {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Stream<String> forced =
        Stream.of(classPath.split(File.pathSeparator))
            .filter(
                entry ->
                    entry.contains("/software/amazon/")
                        || entry.contains("/org/reactivestreams/")
                        || entry.contains("/slf4j-api/")
                        || entry.contains("/jspecify/"))
            .filter(
                entry ->
                    !entry.matches(".*/(apache-client|apache5-client|aws-crt.*|sts|sso.*)/.*"));
    return Stream.concat(Stream.of(System.getProperty("checkpoint.test.jar") + ".jar"), forced)
        .collect(Collectors.joining(File.pathSeparator));
  }
}
