package io.github.checkpointmanager.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.testing.ChildJvm;
import io.github.checkpointmanager.testing.LocalStack;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

@Tag("s3")
class JarsIT {
  private static final String OURS = "io/github/checkpointmanager/";

  @TempDir private Path directory;

  @Test
  void library_isWithoutTheCommand() throws IOException {
    assertThat(classesOf(".jar"))
        .contains(
            "module-info.class",
            OURS + "CheckpointManager.class",
            OURS + "store/s3/S3CheckpointStore$Provider.class")
        .allMatch(name -> name.startsWith(OURS) || name.equals("module-info.class"))
        .noneMatch(name -> name.startsWith(OURS + "cli/"));
  }

  @Test
  void command_hasEverythingInside() throws IOException {
    assertThat(classesOf("-cli.jar"))
        .contains(
            OURS + "cli/Main.class",
            OURS + "CheckpointManager.class",
            "picocli/CommandLine.class",
            "com/fasterxml/jackson/databind/ObjectMapper.class",
            "org/slf4j/simple/SimpleServiceProvider.class",
            "software/amazon/awssdk/services/s3/S3Client.class",
            "software/amazon/awssdk/services/sts/StsClient.class");
  }

  @Test
  void contractSuite_isAllThereIsInTheTestJar() throws IOException {
    assertThat(classesOf("-tests.jar"))
        .contains(OURS + "store/CheckpointStoreContract.class")
        .allMatch(name -> name.startsWith(OURS + "store/CheckpointStoreContract"));
  }

  @Test
  void shaded_hasTheSdkUnderOurNameOnly() throws IOException {
    assertThat(classesOf("-shaded.jar"))
        .contains(OURS + "shaded/awssdk/services/s3/S3Client.class")
        .allMatch(name -> name.startsWith(OURS))
        .noneMatch(name -> name.startsWith(OURS + "cli/"));
  }

  /**
   * What the SDK loads by name (HTTP client, interceptors, endpoints) is found under the new ones.
   */
  @Test
  void shaded_savesToS3_withItsOwnSdkAlone() throws Exception {
    String location =
        "s3://"
            + LocalStack.newBucket()
            + "/shaded?endpoint="
            + LocalStack.endpoint()
            + "&region="
            + LocalStack.region();

    assertThat(run("-shaded.jar", location))
        .containsExactly("false", "SAVED", "ALREADY_SAVED", "[train]");
  }

  @Test
  void library_savesToADirectory_withoutTheSdk() throws Exception {
    assertThat(run(".jar", directory.resolve("checkpoints").toString()))
        .containsExactly("false", "SAVED", "ALREADY_SAVED", "[train]");
  }

  /** The lines that {@link SaveTwice} prints with one of our jars, SLF4J and JSpecify only. */
  private List<String> run(String jar, String location) throws Exception {
    Path classes = directory.resolve("classes");
    String program = SaveTwice.class.getName().replace('.', '/') + ".class";
    Files.createDirectories(classes.resolve(program).getParent());
    Files.copy(origin(SaveTwice.class).resolve(program), classes.resolve(program));
    String classPath =
        Stream.of(jar(jar), classes, origin(Logger.class), origin(NullMarked.class))
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    try (ChildJvm child =
        ChildJvm.running(SaveTwice.class, location)
            .classPath(classPath)
            .environment(LocalStack.credentialsEnvironment())
            .start()) {
      List<String> lines = child.rest();
      assertThat(child.await()).isZero();
      return lines;
    }
  }

  private static List<String> classesOf(String jar) throws IOException {
    try (var file = new JarFile(jar(jar).toFile())) {
      return file.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.endsWith(".class"))
          .map(name -> name.replaceFirst("^META-INF/versions/[0-9]+/", ""))
          .toList();
    }
  }

  private static Path jar(String suffix) {
    return Path.of(System.getProperty("checkpoint.test.jar") + suffix);
  }

  private static Path origin(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}
