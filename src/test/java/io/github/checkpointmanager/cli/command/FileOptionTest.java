package io.github.checkpointmanager.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.CheckpointVersion;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --file} of commands about a location: it is that of the pipeline. */
class FileOptionTest {
  @TempDir private Path directory;

  private Path file = Path.of("");
  private CheckpointManager checkpoints = CheckpointManager.open("memory:none");

  @BeforeEach
  void saveInTheStoreOfTheFile() throws IOException {
    file = directory.resolve("shop.yaml");
    Files.writeString(file, "store: mine\nstages: {a: {run: 'true'}}\n");
    checkpoints = CheckpointManager.open(store("mine"));
    checkpoints.save("a");
  }

  @AfterEach
  void close() {
    checkpoints.close();
  }

  private String store(String name) {
    return directory.resolve(name).toString();
  }

  private CommandRun.Result run(String line) {
    return new CommandRun().path().file(file).run(line.split(" ", -1));
  }

  @ParameterizedTest
  @CsvSource({
    "list, completed",
    "get a, completed",
    "has a, a: completed",
    "status, presumed",
    "history a, current: completed",
    "verify, 1 valid",
    "doctor, /mine is fit",
    "save b, b: saved in",
    "clear --dry-run, would clear a",
    "purge --dry-run a, would purge a",
    "clear --yes a, cleared 1 stage of",
    "purge --yes, purged 1 stage of"
  })
  void command_withTheFile_isAboutItsStore(String line, String shown) {
    CommandRun.Result result = run(line);

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).contains(shown);
  }

  @Test
  void clear_andRestore_withTheFile_changeItsStore() {
    assertThat(run("clear --yes a").status()).isZero();
    assertThat(checkpoints.has("a")).isFalse();
    List<CheckpointVersion> versions = checkpoints.history().versions("a");
    String saved = versions.get(versions.size() - 1).versionId();

    assertThat(run("restore a --version " + saved).status()).isZero();
    assertThat(checkpoints.has("a")).isTrue();
  }

  @Test
  void release_withTheFile_endsTheClaimInItsStore() {
    checkpoints.claim("b", ClaimOptions.lease(ClaimOptions.DEFAULT_LEASE));

    CommandRun.Result result = run("release b --force --reason gone");

    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).startsWith("b: released; attempt 1");
    assertThat(run("release c --force --reason gone").err())
        .isEqualTo("checkpoint: 'c' is not claimed in " + store("mine") + "\n");
  }

  @Test
  void store_isChosenAsByPipelineRun() throws IOException {
    CommandRun withoutName = new CommandRun().file(file);
    assertThat(withoutName.run("list", "--store", store("other")).err())
        .contains("it has no 'name'", "--store");
    assertThat(new CommandRun().file(file).store(store("other")).run("has", "a").status())
        .isEqualTo(2);

    Files.writeString(file, "name: shop\n" + Files.readString(file));
    assertThat(run("has a --store " + store("other")).status()).isEqualTo(1);
    assertThat(new CommandRun().file(file).store(store("other")).run("has", "a").status())
        .isEqualTo(1);
    assertThat(
            new CommandRun()
                .file(file)
                .store(store("other"))
                .environment("CHECKPOINT_INHERITED_STORE", store("other"))
                .run("has", "a")
                .status())
        .as("the store of a run around this one")
        .isZero();
  }

  @Test
  void optionOfS3_withTheFileOfADirectory_isRefused() {
    assertThat(run("list --region r").err())
        .isEqualTo(
            "checkpoint: --region is refused: it is for S3, and the checkpoints are in "
                + store("mine")
                + ". Name the location (--store s3://bucket/prefix), or leave the option out.\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "clear --yes", "get a", "status"})
  void fileThatIsNotThere_isRefused(String line) {
    file = directory.resolve("none.yaml");

    CommandRun.Result result = run(line);

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("none.yaml was refused: there is no such file");
  }

  private static CommandRun input(String declaration) {
    return new CommandRun().path().input(declaration.getBytes(UTF_8));
  }

  /** As the default file of the working directory is: not in {@code /dev}. */
  @ParameterizedTest
  @ValueSource(strings = {"-", "/dev/stdin", "/dev/fd/0"})
  void declarationOnStandardInput_belongsToTheWorkingDirectory(String name) throws IOException {
    String here = Path.of("").toAbsolutePath().toString();
    String stages = "stages: {a: {run: 'pwd > " + directory + "/out'}}\n";

    CommandRun.Result plan = input(stages).run("pipeline", "plan", "-f", name, "--output", "json");
    CommandRun.Result ran =
        input("store: " + store("piped") + "\n" + stages).run("pipeline", "run", "-f", name);

    assertThat(plan.out())
        .startsWith("{\"pipeline\":\"pipeline\",\"location\":\"" + here + "/checkpoints\"");
    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(directory.resolve("out")).content().isEqualTo(here + "\n");
    assertThat(
            input("store: " + store("piped") + "\n" + stages).run("has", "a", "-f", name).status())
        .isZero();
  }

  @Test
  void declarationOnStandardInput_thatIsWrong_isRefusedWithItsPlace() {
    assertThat(input("stages: {a: {rum: x}}").run("pipeline", "plan", "-f", "-").err())
        .startsWith("checkpoint: standard input:1:14 was refused: unknown key 'rum'");
  }

  /** As of a shell's process substitution, {@code <(command)}. */
  @Test
  void declarationThroughADescriptor_belongsToTheWorkingDirectory() {
    CommandRun.Result plan =
        new CommandRun()
            .run("pipeline", "plan", "-f", "/proc/self/root" + file, "--output", "json");

    assertThat(plan.out())
        .startsWith(
            "{\"pipeline\":\"pipeline\",\"location\":\"" + Path.of("mine").toAbsolutePath() + "\"");
  }

  @Test
  void savePayloadAndDeclaration_fromOneStandardInput_saveNothing() {
    CommandRun.Result result =
        input("store: " + store("piped") + "\nstages: {a: {run: 'true'}}")
            .run("save", "a", "--payload", "-", "-f", "-");

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("both read standard input");
    assertThat(directory.resolve("piped")).doesNotExist();
  }
}
