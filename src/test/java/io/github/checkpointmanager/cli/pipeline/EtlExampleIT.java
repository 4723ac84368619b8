package io.github.checkpointmanager.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.cli.CommandProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code examples/etl}, in a copy of the tree: killed for real at each of its stages. */
@Timeout(600)
class EtlExampleIT {
  private static final Path PIPELINE = Path.of("examples/etl/pipeline.yaml");
  private static final Path DATA =
      Path.of("src/main/resources/io/github/checkpointmanager/cli/demo/penguins.csv");

  /**
   * What takes the place of mv: at one stage it says so, and waits for as long as the stage lives,
   * the output unmade.
   */
  private static final String HOLDING_MV =
      """
      #!/bin/sh
      if [ "$CHECKPOINT_STAGE" = "$HOLD" ]; then
        echo "holding $HOLD"
        while kill -0 "$PPID"; do sleep 0.1; done 2>/dev/null
        exit 1
      fi
      exec /bin/mv "$@"
      """;

  @TempDir private Path directory;

  private Map<String, String> environment(String hold) {
    return Map.of(
        "PATH",
        directory.resolve("shims") + ":" + System.getenv("PATH"),
        "HOLD",
        hold,
        "CHECKPOINT_STORE",
        "");
  }

  private Path tree(String name) {
    try {
      Path tree = directory.resolve(name);
      for (Path file : List.of(PIPELINE, DATA)) {
        Files.createDirectories(tree.resolve(file).getParent());
        Files.copy(file, tree.resolve(file));
      }
      return tree;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeEach
  void writeShim() throws IOException {
    Path shim = Files.createDirectories(directory.resolve("shims")).resolve("mv");
    Files.writeString(shim, HOLDING_MV);
    assertThat(shim.toFile().setExecutable(true)).isTrue();
  }

  private List<String> line(Path tree, String... args) {
    return Stream.concat(
            Stream.of(CommandProcess.LAUNCHER),
            Stream.concat(Stream.of(args), Stream.of("--file", tree.resolve(PIPELINE).toString())))
        .toList();
  }

  private CommandProcess.Result run(Path tree, String... args) {
    try (CommandProcess command = CommandProcess.start(environment("none"), line(tree, args))) {
      return command.await();
    }
  }

  /** The finished files; those of killed commands have numbers at their ends. */
  private static Map<String, String> outputs(Path tree) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(tree.resolve("examples/etl/work"))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".csv") || name.endsWith(".txt")) {
          contents.put(name, Files.readString(file));
        }
      }
    }
    return contents;
  }

  @Test
  void killedAtEachStage_resumesToTheSameFiles() throws IOException {
    Path whole = tree("whole");
    assertThat(run(whole, "pipeline", "run").status()).isZero();
    Map<String, String> expected = outputs(whole);
    assertThat(expected).hasSize(8);

    Path killed = tree("killed");
    for (String stage :
        List.of("ingest", "clean", "species", "islands", "years", "heavy", "join", "report")) {
      try (CommandProcess run =
          CommandProcess.start(
              environment(stage), line(killed, "pipeline", "run", "--lease", "5s"))) {
        assertThat(run.line()).isEqualTo("holding " + stage);
        run.signal("KILL");
        assertThat(run.await().status()).isEqualTo(137);
      }
    }
    CommandProcess.Result resumed = run(killed, "pipeline", "run", "--lease", "5s");

    assertThat(resumed.status()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("penguins: completed: 1 ran, 7 skipped in ");
    assertThat(outputs(killed)).isEqualTo(expected);
  }

  @Test
  void term_endsWithAReportAnd143_andTheRunResumes() {
    Path tree = tree("stopped");
    try (CommandProcess run =
        CommandProcess.start(environment("clean"), line(tree, "pipeline", "run", "--jobs", "2"))) {
      assertThat(run.line()).isEqualTo("clean | holding clean");
      run.signal("TERM");
      CommandProcess.Result result = run.await();

      assertThat(result.status()).as(result.err()).isEqualTo(143);
      assertThat(result.err())
          .contains("penguins: not completed: 1 ran, ", "to resume: checkpoint");
    }
    assertThat(run(tree, "pipeline", "run").status()).isZero();
  }

  @Test
  void changedInput_isNamedByPlanAndItsDigestsByExplain() throws IOException {
    Path tree = tree("changed");
    assertThat(run(tree, "pipeline", "run").status()).isZero();
    Files.writeString(
        tree.resolve(DATA),
        Files.readString(DATA) + "Adelie,Dream,39.5,16.7,178,3250,female,2009\n");

    assertThat(run(tree, "pipeline", "plan").out())
        .containsPattern("ingest +run +input '[^']*penguins.csv' changed\n")
        .contains("clean    run     'ingest' runs\n", "penguins: 8 to run, 0 to skip\n");
    assertThat(run(tree, "explain", "ingest").out())
        .containsPattern("penguins.csv +yes +sha256:[0-9a-f]{64} +sha256:[0-9a-f]{64}\n");
  }
}
