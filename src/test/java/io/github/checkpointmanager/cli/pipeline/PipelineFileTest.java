package io.github.checkpointmanager.cli.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.cli.pipeline.FileRefusal.PipelineFileException;
import io.github.checkpointmanager.cli.pipeline.PipelineFile.FileBytes;
import io.github.checkpointmanager.cli.pipeline.StageShell.StageCommand;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.ResumePolicy;
import io.github.checkpointmanager.pipeline.StageInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a pipeline file means, and where and how a wrong one is refused. */
class PipelineFileTest {
  private static final String WHOLE =
      """
      name: etl
      store: s3://bucket/etl
      policy: fingerprint
      stages:
        ingest:
          run: |
            tail -n +2 raw.csv > rows.csv
          inputs: raw.csv
          outputs: [rows.csv]
        clean:
          run: grep -v NA rows.csv > clean.csv
          after: ingest
          params: {lr: 1e3, keep: yes, empty: ''}
          env: {LC_ALL: C}
          version: v7
          rollback: rm -f clean.csv
          lease: PT90S
          max-attempts: 3
        report:
          run: 'true'
          after: [clean, ingest]
      """;

  @TempDir private Path directory;

  private PipelineFile file(String text) {
    return file(text.getBytes(UTF_8));
  }

  private PipelineFile file(byte[] bytes) {
    try {
      Path path = directory.resolve("pipeline.yaml");
      Files.write(path, bytes);
      return PipelineFile.read(path, InputStream.nullInputStream());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Pipeline pipeline(String text) {
    return file(text).declare(command -> context -> {});
  }

  private void assertRefused(String text, String position, String... parts) {
    assertThatThrownBy(() -> pipeline(text))
        .isInstanceOf(PipelineFileException.class)
        .hasMessageStartingWith(
            directory.resolve("pipeline.yaml") + ":" + position + " was refused: ")
        .hasMessageContainingAll(parts)
        .message()
        .doesNotContain("\n")
        .endsWith(".")
        .doesNotEndWith("..");
  }

  @Test
  void wholeFile_isReadAsItIsWritten() {
    PipelineFile file = file(WHOLE);
    List<StageCommand> commands = new ArrayList<>();
    Pipeline pipeline =
        file.declare(
            command -> {
              commands.add(command);
              return context -> {};
            });

    assertThat(file.name()).isEqualTo("etl");
    assertThat(file.store()).contains("s3://bucket/etl");
    assertThat(file.policy()).contains(ResumePolicy.FINGERPRINT);
    assertThat(file.directory()).isEqualTo(directory);
    assertThat(pipeline.order())
        .extracting(PipelineStage::name)
        .containsExactly("ingest", "clean", "report");
    assertThat(pipeline.stage("ingest").inputs())
        .extracting(StageInput::name)
        .containsExactly("raw.csv");
    assertThat(pipeline.stage("ingest").outputs()).containsExactly("rows.csv");
    PipelineStage clean = pipeline.stage("clean");
    assertThat(clean.after()).containsExactly("ingest");
    assertThat(clean.params()).isEqualTo(Map.of("lr", "1e3", "keep", "yes", "empty", ""));
    assertThat(clean.codeVersion()).contains("v7");
    assertThat(clean.lease()).contains(Duration.ofSeconds(90));
    assertThat(clean.maxAttempts()).isEqualTo(3);
    assertThat(clean.compensation()).isPresent();
    assertThat(pipeline.stage("report").after()).containsExactly("clean", "ingest");
    assertThat(pipeline.stage("report").compensation()).isEmpty();
    assertThat(commands)
        .extracting(StageCommand::script)
        .containsExactly(
            "tail -n +2 raw.csv > rows.csv\n",
            "grep -v NA rows.csv > clean.csv",
            "rm -f clean.csv",
            "true");
    assertThat(commands.get(1).variables())
        .as("parameters are those of the execution")
        .isEqualTo(Map.of("LC_ALL", "C"));
  }

  @Test
  void name_isTheFilesUnlessGiven() {
    PipelineFile file = file("stages: {a: {run: x}}");

    assertThat(file.name()).isEqualTo("pipeline");
    assertThat(file.store()).isEmpty();
    assertThat(file.policy()).isEmpty();
  }

  @Test
  void orderList_putsEachStageAfterTheOneBefore() {
    Pipeline pipeline =
        pipeline("order: list\nstages: {c: {run: x}, a: {run: x}, b: {run: x, after: c}}");

    assertThat(pipeline.stage("c").after()).isEmpty();
    assertThat(pipeline.stage("a").after()).containsExactly("c");
    assertThat(pipeline.stage("b").after()).isEqualTo(Set.of("c", "a"));
  }

  @Test
  void orderGraph_isTheDefaultAndAddsNothing() {
    assertThat(pipeline("order: graph\nstages: {a: {run: x}, b: {run: x}}").stage("b").after())
        .isEmpty();
    assertThat(pipeline("stages: {a: {run: x}, b: {run: x}}").stage("b").after()).isEmpty();
  }

  @Test
  void codeVersion_ofAStageWithoutOne_isItsCommands() {
    String first = pipeline("stages: {a: {run: x}}").stage("a").codeVersion().orElseThrow();
    String same =
        pipeline("stages: {a: {run: x, after: []}}").stage("a").codeVersion().orElseThrow();
    String other = pipeline("stages: {a: {run: xx}}").stage("a").codeVersion().orElseThrow();

    assertThat(first).matches("run:[0-9a-f]{32}").isEqualTo(same).isNotEqualTo(other);
  }

  @Test
  void aliases_areFollowed() {
    Pipeline pipeline =
        pipeline(
            "stages:\n  a: {run: x, params: &p {k: v}}\n  b: {run: &r y, params: *p}\n"
                + "  c: {run: *r}");

    assertThat(pipeline.stage("b").params()).isEqualTo(Map.of("k", "v"));
  }

  @Test
  void byteOrderMark_isSkipped() {
    assertThat(pipeline("\ufeffstages: {a: {run: x}}").stages()).hasSize(1);
  }

  @Test
  void unknownKeys_areRefusedWithTheNearest() {
    assertRefused(
        "stages:\n  clean:\n    run: x\n    afer: ingest\n",
        "4:5",
        "unknown key 'afer' of stage 'clean'. Did you mean 'after'?");
    assertRefused(
        "stags:\n  clean: {}\n", "1:1", "unknown key 'stags' of the pipeline", "'stages'?");
    assertRefused(
        "stages: {a: {run: x, depends_on: b}}",
        "1:22",
        "unknown key 'depends_on'",
        "Use one of run, after, inputs, params");
    assertRefused("stages: {a: {<<: {run: x}}}", "1:14", "unknown key '<<'");
  }

  @Test
  void unknownStage_isRefusedWithTheNearestWhereItIsNamed() {
    assertRefused(
        "stages:\n  ingest: {run: x}\n  clean:\n    run: x\n    after:\n      - ingst\n",
        "6:9",
        "stage 'clean': it depends on 'ingst', and there is no such stage. Did you mean"
            + " 'ingest'?");
  }

  @Test
  void cycle_isShown() {
    assertRefused(
        "stages:\n  a: {run: x, after: c}\n  b: {run: x, after: a}\n  c: {run: x, after: b}\n",
        "2:3",
        "its dependencies form a circle: ",
        "a -> b -> c -> a");
  }

  @Test
  void inputThatIsThereTwice_isRefusedAtTheSecond() {
    assertRefused(
        "stages:\n  a: {run: x, inputs: [raw, raw]}", "2:29", "it declares the input 'raw' twice");
  }

  @Test
  void duplicateKeys_areRefused() {
    assertRefused(
        "stages:\n  a: {run: x}\n  b: {run: x}\n  a: {run: y}\n",
        "4:3",
        "has the key 'a' twice, first at 2:3");
    assertRefused("stages: {a: {run: x, run: y}}", "1:22", "stage 'a' has the key 'run' twice");
    assertRefused("stages: {a: {run: x, params: {k: 1, k: 2}}}", "1:37", "the key 'k' twice");
  }

  @Test
  void wrongTypes_areRefused() {
    assertRefused("- a\n- b\n", "1:1", "the pipeline is a list instead of keys with values");
    assertRefused("just text", "1:1", "the pipeline is a text instead of keys with values");
    assertRefused("stages: [a]", "1:9", "'stages' of the pipeline is a list");
    assertRefused("stages:\n", "1:8", "'stages' of the pipeline is empty");
    assertRefused("stages: {}", "1:9", "it has no stage");
    assertRefused("name: x", "1:1", "it has no key 'stages'");
    assertRefused("stages: {a: x}", "1:13", "stage 'a' is a text instead of keys with values");
    assertRefused("stages:\n  a:\n", "2:5", "stage 'a' is empty instead of keys");
    assertRefused(
        "stages: {a: {run: [ls, -l]}}", "1:19", "'run' of stage 'a' is a list instead of a text");
    assertRefused(
        "stages: {a: {run: x, after: [{b: c}]}}", "1:30", "an element of 'after'", "is a mapping");
    assertRefused(
        "stages: {a: {run: x, params: {k: [1]}}}",
        "1:34",
        "'k' of 'params' of stage 'a' is a list");
    assertRefused("stages: {a: {run: x, after: }}", "1:28", "'after' of stage 'a' has no value");
    assertRefused("stages: {a: {run: null}}", "1:19", "'run' of stage 'a' has no value");
    assertRefused("stages: {[a]: {run: x}}", "1:10", "a key of 'stages'", "is a list");
  }

  @Test
  void values_thatMeanNothing_areRefused() {
    assertRefused("stages: {a: {after: []}}", "1:10", "stage 'a' has nothing to run");
    assertRefused("stages: {a: {run: ' '}}", "1:19", "'run' of stage 'a' is empty");
    assertRefused("stages: {a: {run: \"x\\0\"}}", "1:19", "U+0000");
    assertRefused(
        "policy: fingerprints\nstages: {a: {run: x}}", "1:9", "Did you mean 'fingerprint'?");
    assertRefused("order: tree\nstages: {a: {run: x}}", "1:8", "Use one of graph, list");
    assertRefused("stages: {a: {run: x, lease: 5}}", "1:29", "'5' has no unit");
    assertRefused("stages: {a: {run: x, lease: PT4S}}", "1:29", "Give at least 5s");
    assertRefused("stages: {a: {run: x, max-attempts: 0}}", "1:36", "is '0'. Give a whole number");
    assertRefused("stages: {a: {run: x, max-attempts: 1.5}}", "1:36", "is '1.5'");
    assertRefused("stages: {a: {run: x, env: {A-B: c}}}", "1:28", "the variable 'A-B' cannot be");
    assertRefused(
        "stages: {a: {run: x, env: {CHECKPOINT_STORE: c}}}", "1:28", "set by this command itself");
    assertRefused("stages: {a: {run: x, params: {1a: c}}}", "1:31", "the parameter '1a' cannot be");
    assertRefused("stages: {'': {run: x}}", "1:10", "a name is non-empty, valid Unicode text");
    assertRefused("stages: {a: {run: x, inputs: [x, '']}}", "1:34", "names nothing here");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# only this\n", "\ufeff"})
  void emptyFile_isRefused(String text) {
    assertRefused(text, "1:1", "it is empty. Declare at least one stage");
  }

  @Test
  void brokenYaml_isRefusedWhereItBreaks() {
    assertRefused("stages:\n  a:\n\trun: x\n", "3:1", "there is a tab", "Indent with spaces");
    assertRefused("stages: {a: {run: x}", "1:21", "Correct the YAML");
    assertRefused("stages:\n  a:\n    run: 'x\n", "4:1", "quoted scalar");
    assertRefused("stages: {a: {run: *b}}", "1:19", "undefined alias");
    assertRefused("stages: {a: {run: x}}\nname: \u0007", "2:7", "U+0007");
  }

  @Test
  void whatYamlAllowsAndIsNotWantedHere_isRefused() {
    assertRefused("stages: {a: {run: !!java.io.File x}}", "1:19", "tags mean nothing here");
    assertRefused("stages: !local {a: {run: x}}", "1:9", "tags mean nothing here");
    assertRefused("stages: {a: {run: x}}\n---\nstages: {}", "2:1", "a second document");
    assertRefused("a: &a [*a]", "1:1", "unknown key 'a' of the pipeline");
    assertRefused("stages: " + "[".repeat(100_000), "1:28", "nested deeper");
    assertRefused("x: &x y\nstages: [" + "*x,".repeat(101) + "]", "2:310", "more than 100 aliases");
  }

  @ParameterizedTest
  @CsvSource({"ISO-8859-1,2:3,0xfc", "UTF-16,1:1,0xfe", "UTF-16LE,2:6,0xfc"})
  void otherEncodings_areRefused(String encoding, String position, String part) throws IOException {
    byte[] bytes = "name: x\nstüge: 1".getBytes(encoding);

    assertThatThrownBy(() -> file(bytes))
        .isInstanceOf(PipelineFileException.class)
        .hasMessageContaining(
            ":" + position + " was refused: the byte " + part + " is not UTF-8 here");
  }

  @Test
  void largeFile_isRefused() {
    assertThatThrownBy(() -> file(new byte[FileBytes.MOST_BYTES + 1]))
        .isInstanceOf(PipelineFileException.class)
        .hasMessageContaining("it has more than 4194304 bytes. Split the pipeline");
  }

  @Test
  void fileThatIsNotThere_isRefused() {
    assertThatThrownBy(
            () -> PipelineFile.read(directory.resolve("none.yaml"), InputStream.nullInputStream()))
        .isInstanceOf(PipelineFileException.class)
        .hasMessageContainingAll("none.yaml was refused: there is no such file. Give", "--file");
    assertThatThrownBy(() -> PipelineFile.read(directory, InputStream.nullInputStream()))
        .isInstanceOf(PipelineFileException.class)
        .hasMessageContaining("was refused: it is a directory. ");
  }

  @Test
  void names_areShownOnOneLine() {
    assertRefused(
        "stages: {\"a\\nb\\e[2J\": {run: x, afer: c}}", "1:32", "of stage 'a\\nb", "'after'?");
  }
}
