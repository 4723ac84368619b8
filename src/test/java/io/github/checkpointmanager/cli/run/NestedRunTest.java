package io.github.checkpointmanager.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.cli.CommandRun;
import io.github.checkpointmanager.cli.Main;
import io.github.checkpointmanager.testing.ChildJvm;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A command of a stage runs {@code checkpoint} itself. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NestedRunTest {
  @TempDir private Path directory;

  /** The command, for scripts: {@code $checkpoint}. */
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void makeCommand() throws Exception {
    Path command = directory.resolve("checkpoint");
    Files.writeString(
        command,
        "#!/bin/sh\nexec '%s/bin/java' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' %s \"$@\"\n"
            .formatted(System.getProperty("java.home"), absoluteClassPath(), Main.class.getName()));
    Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
    environment.put("checkpoint", command.toString());
  }

  /** The command is started in several directories. */
  private static String absoluteClassPath() {
    return Stream.of(ChildJvm.testClassPath().split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private Path write(String name, String text) throws Exception {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private String store(String name) {
    return directory.resolve(name).toString();
  }

  private List<String> output(String... line) {
    try (ChildJvm command = ChildJvm.running(Main.class, line).environment(environment).start()) {
      return command.rest();
    }
  }

  @Test
  void run_ofAStageWithinItself_endsAtOnceWith103() {
    String inner = "\"$checkpoint\" run a --wait-timeout 3s -- true 2>&1; echo inner $?";

    List<String> said =
        output("--store", store("s"), "run", "a", "--claim", "--", "sh", "-c", inner);

    assertThat(said).last().isEqualTo("inner 103");
    assertThat(said)
        .anySatisfy(
            line ->
                assertThat(line).contains("The stage 'a' is held by an execution around this one"));
  }

  @Test
  void pipelineRun_withinItself_endsAtOnceWith103() throws Exception {
    Path file =
        write(
            "p/pipeline.yaml",
            "stages: {a: {run: '\"$checkpoint\" pipeline run --claim > inner.log 2>&1 || echo $? > inner'}}");

    output("pipeline", "run", "-f", file.toString(), "--claim");

    assertThat(directory.resolve("p/inner")).hasContent("103");
    assertThat(directory.resolve("p/inner.log"))
        .content()
        .contains("is held by an execution around this one");
  }

  @Test
  void run_ofAnotherStageWithinAStage_runs() {
    String inner = "\"$checkpoint\" run b --claim -- echo works";

    assertThat(output("--store", store("s"), "run", "a", "--claim", "--", "sh", "-c", inner))
        .containsExactly("works");
  }

  @Test
  void nothingOfAnOuterStage_reachesACommand() {
    environment.putAll(
        Map.of(
            "CHECKPOINT_TOKEN", "99",
            "CHECKPOINT_ATTEMPT", "7",
            "CHECKPOINT_STAGE", "outer",
            "CHECKPOINT_PARAM_mode", "prod"));

    assertThat(output("--store", store("s"), "run", "r", "--no-claim", "--", "env"))
        .contains("CHECKPOINT_STAGE=r")
        .noneMatch(line -> line.matches("CHECKPOINT_(TOKEN|ATTEMPT|PARAM_).*"));
  }

  @Test
  void nothingOfAnOuterStage_reachesAStageOfAPipeline() throws Exception {
    environment.putAll(
        Map.of(
            "CHECKPOINT_TOKEN", "99", "CHECKPOINT_PARAM_mode", "prod", "CHECKPOINT_PARAM_x", "1"));
    Path file = write("p/pipeline.yaml", "stages: {a: {run: env > log, params: {mode: test}}}");

    output("pipeline", "run", "-f", file.toString());

    assertThat(Files.readAllLines(directory.resolve("p/log")))
        .contains("CHECKPOINT_PARAM_mode=test", "CHECKPOINT_STAGE=a")
        .noneMatch(line -> line.matches("CHECKPOINT_TOKEN=99|CHECKPOINT_PARAM_x=.*"));
  }

  @Test
  void executions_areNamedOutermostFirst() {
    String inner = "\"$checkpoint\" run b -- sh -c 'echo $CHECKPOINT_EXECUTIONS'";

    assertThat(output("--store", store("s"), "run", "a", "--claim", "--", "sh", "-c", inner))
        .singleElement()
        .asString()
        .matches("[0-9a-f]{32}:[0-9a-f]{32}");
  }

  @Test
  void pipelineRun_withinAStage_takesItsOwnFilesStore() throws Exception {
    Path outer =
        write(
            "pipeline.yaml",
            "stages: {prepare: {run: 'cd sub && \"$checkpoint\" pipeline run'},"
                + " train: {run: 'echo outer > train', after: prepare}}");
    write("sub/pipeline.yaml", "{store: mine, stages: {train: {run: 'echo inner > inner'}}}");

    output("pipeline", "run", "-f", outer.toString());

    assertThat(directory.resolve("sub/inner")).hasContent("inner");
    assertThat(directory.resolve("train")).hasContent("outer");
    try (CheckpointManager inner = CheckpointManager.open(store("sub/mine"))) {
      assertThat(inner.completed()).containsExactly("train");
    }
  }

  @Test
  void aStoreThatAPersonNames_goesBeforeTheFiles_alsoWithinAStage() throws Exception {
    Path file = write("p/pipeline.yaml", "{name: n, store: mine, stages: {a: {run: 'true'}}}");
    CommandRun command =
        new CommandRun()
            .store(store("named"))
            .environment("CHECKPOINT_INHERITED_STORE", store("outer"))
            .path();

    assertThat(command.run("pipeline", "run", "-f", file.toString()).status()).isZero();

    assertThat(directory.resolve("named")).isDirectory();
    assertThat(directory.resolve("p/mine")).doesNotExist();
  }
}
