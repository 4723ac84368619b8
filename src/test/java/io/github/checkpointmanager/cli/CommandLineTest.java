package io.github.checkpointmanager.cli;

import static io.github.checkpointmanager.cli.CommandRun.checkpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.cli.output.StandardStreams;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every subcommand: options, usage, output that cannot be written. */
class CommandLineTest {
  @TempDir private Path directory;

  @Test
  void globalOptions_standBeforeOrAfterTheSubcommand() {
    String store = directory.toString();
    checkpoint("save", "--store", store, "train");

    assertThat(checkpoint("--store", store, "has", "train").status()).isZero();
    assertThat(checkpoint("has", "train", "--store", store).status()).isZero();
    assertThat(checkpoint("has", "--store=" + store, "train", "--output", "json").out())
        .startsWith("{");
    assertThat(checkpoint("--output=JSON", "has", "--store=" + store, "train").out())
        .startsWith("{");
  }

  @Test
  void store_ofTheEnvironment_isUsedUnlessAnOptionNamesOne() {
    String store = directory.toString();
    checkpoint("save", "--store", store, "train");

    CommandRun run = new CommandRun().store(store);

    assertThat(run.run("has", "train").status()).isZero();
    assertThat(run.run("--store", store + "/other", "has", "train").status()).isEqualTo(1);
  }

  @Test
  void store_thatIsEmpty_isRefusedRatherThanTakenForTheDefault() {
    CommandRun.Result result =
        new CommandRun().environment("CHECKPOINT_STORE", "").run("has", "train");

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).startsWith("checkpoint: The location is empty: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bogus",
        "save",
        "save a b",
        "save a --bogus",
        "has",
        "get",
        "list x",
        "--output xml list",
        "completion tcsh",
        "save a --store",
        "--store s3 save a --store s4",
        "--output json list --output table"
      })
  void usageError_is2WithOneLine(String line) {
    CommandRun.Result result = checkpoint(line.isEmpty() ? new String[0] : line.split(" ", -1));

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith("checkpoint: The command line is not understood: ")
        .endsWith("--help.\n")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "run stage",
        "run stage --bogus -- true",
        "run stage --",
        "--bogus run stage -- true",
        "--stroe dir run stage -- true",
        "-q --bogus --region r run stage -- true",
        "--output xml run stage -- true",
        "--store run stage -- true",
        "-q --region run stage -- true",
        "run stage --lease x -- true",
        "--store a run --store b stage -- true",
        "run stage -- caf\ufffd",
        "--store caf\ufffd run stage -- true"
      })
  void usageErrorOfRun_is125SinceCommandsMayEndWith2(String line) {
    CommandRun.Result result =
        new CommandRun()
            .environment("CHECKPOINT_STORE", directory.toString())
            .run(line.split(" ", -1));

    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err()).startsWith("checkpoint: ");
  }

  @Test
  void optionGivenTwiceWithOneValue_isTaken() {
    String store = directory.toString();

    assertThat(checkpoint("--store", store, "-q", "save", "a", "-q", "--store", store).status())
        .isZero();
    assertThat(directory.resolve("a.checkpoint")).exists();
  }

  @Test
  void usageErrorAsJson_isADocument() {
    assertThat(checkpoint("--output", "json", "save").err())
        .startsWith("{\"error\":{\"kind\":\"usage\",");
  }

  @Test
  void argumentThatIsNotUtf8_isRefused() {
    CommandRun.Result result = checkpoint("save", "caf\ufffd");

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("it is not valid UTF-8");
  }

  @Test
  void help_isOnStandardOutputAndNamesEverySubcommand() {
    CommandRun.Result result = checkpoint("--help");

    assertThat(result.status()).isZero();
    assertThat(result.out())
        .contains(
            "run",
            "pipeline",
            "explain",
            "rerun",
            "save",
            "has",
            "get",
            "list",
            "status",
            "release",
            "clear",
            "verify",
            "doctor",
            "demo",
            "completion");
    assertThat(checkpoint("save", "--help").out()).contains("--payload", "--store");
  }

  @Test
  void version_isPrinted() {
    assertThat(checkpoint("--version").out()).matches("checkpoint \\d+\\.\\d+\\.\\d+.*\n");
    assertThat(checkpoint("save", "--version").out()).matches("checkpoint \\d+\\.\\d+\\.\\d+.*\n");
  }

  @Test
  void standardOutput_whenNobodyReads_endsSilently() {
    assertThat(runWithOutputFailing("Broken pipe", "list", "--help")).isEqualTo(141);
    CommandErr err = new CommandErr();
    assertThat(runWithOutputFailing("Broken pipe", err, "has", "train", "--store", "memory:x"))
        .isEqualTo(141);
    assertThat(err.text).isEmpty();
  }

  @Test
  void standardOutput_thatCannotBeWritten_isAFailure() {
    CommandErr err = new CommandErr();

    assertThat(
            runWithOutputFailing(
                "No space left on device", err, "has", "train", "--store", "memory:x"))
        .isEqualTo(125);
    assertThat(err.text)
        .hasToString(
            "checkpoint: The result cannot be written to standard output: No space left on device."
                + " Make room, or write elsewhere; what the command did is done.\n");
  }

  @Test
  void help_thatCannotBeWritten_isAFailureToo() {
    assertThat(runWithOutputFailing("No space left on device", "--help")).isEqualTo(125);
    assertThat(runWithOutputFailing("No space left on device", "save", "--version")).isEqualTo(125);
  }

  @Test
  void nameThatBeginsWithADash_isExplained() {
    assertThat(checkpoint("save", "-x").err())
        .isEqualTo(
            "checkpoint: The command line is not understood: Missing required parameter: 'STAGE';"
                + " '-x' is taken for an option. Write a name that begins with a dash after two"
                + " dashes; see checkpoint save --help.\n");
    assertThat(checkpoint("save", "-q").err()).doesNotContain("dash");
    assertThat(checkpoint("save", "--store", directory.toString(), "--", "-x").status()).isZero();
  }

  /** Standard error, as text. */
  private static final class CommandErr extends OutputStream {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void write(int b) {
      text.append((char) b);
    }
  }

  private static int runWithOutputFailing(String reason, String... args) {
    return runWithOutputFailing(reason, new CommandErr(), args);
  }

  private static int runWithOutputFailing(String reason, CommandErr err, String... args) {
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(reason);
          }
        };
    return new Application(
            new StandardStreams(InputStream.nullInputStream(), out, err, false, false, false),
            Map.of())
        .run(args);
  }
}
