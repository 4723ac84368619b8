package io.github.checkpointmanager.cli.command;

import static io.github.checkpointmanager.cli.CommandRun.checkpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and locations as people and scripts get them wrong, at the command line. */
class BadInputCommandTest {
  @TempDir private Path directory;

  static Stream<String> hostileNames() {
    return Stream.of(
        "..",
        ".",
        "a/b",
        "a%2Fb",
        "ü",
        "\u00e9",
        "e\u0301",
        "\ud83d\udc27",
        "a\r\nb",
        "name.",
        " name ",
        "x.checkpoint",
        "-",
        "--",
        "@file",
        "$HOME",
        "*");
  }

  @ParameterizedTest
  @MethodSource("hostileNames")
  void hostileName_isSavedFoundListedAndClearedLikeAnyOther(String name) throws IOException {
    String store = directory.resolve("checkpoints").toString();

    assertThat(checkpoint("--store", store, "save", "--", name).status()).isZero();
    assertThat(checkpoint("--store", store, "has", "--", name).status()).isZero();
    assertThat(checkpoint("--store", store, "--output", "json", "list").out())
        .startsWith("[{\"stage\":\"" + name.replace("\r\n", "\\r\\n") + "\",");
    assertThat(checkpoint("--store", store, "list").out().lines()).hasSize(2);
    assertThat(outside()).as("nothing leaves the location").isEmpty();
    assertThat(checkpoint("--store", store, "clear", "--yes", "--", name).status()).isZero();
    assertThat(checkpoint("--store", store, "has", "--", name).status()).isEqualTo(1);
  }

  @Test
  void bothFormsOfOneLetter_areTwoStages() {
    String store = directory.toString();
    checkpoint("--store", store, "save", "\u00e9");

    assertThat(checkpoint("--store", store, "has", "e\u0301").status()).isEqualTo(1);
  }

  private List<Path> outside() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(directory.resolve("checkpoints")))
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"save", "has", "get"})
  void emptyName_isRefused(String command) {
    CommandRun.Result result = checkpoint("--store", directory.toString(), command, "");

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("it is empty").hasLineCount(1);
  }

  @Test
  void nameOf2000Bytes_isRefusedBeforeAnyRequest() {
    CommandRun.Result result =
        checkpoint(
            "--store", "s3://bucket/prefix?endpoint=http://127.0.0.1:9", "save", "x".repeat(2000));

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("too long", "2011 bytes").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://host/dir",
        "s3://",
        "s3://BadBucket/x",
        "s3://b/x?endpoint=http://127.0.0.1:9",
        "s3://bucket//x",
        "s3://bucket/x?bogus=1",
        "s3://bucket/x?region",
        "s3://bucket/x?endpoint=not-a-url",
        ""
      })
  void location_thatCannotBe_isRefusedWithItsRemedy(String location) {
    CommandRun.Result result = checkpoint("--store", location, "has", "train");

    assertThat(result.status()).as(result.err()).isEqualTo(2);
    assertThat(result.err())
        .startsWith("checkpoint: ")
        .matches("checkpoint: .+: .+\\. .+\\.\n")
        .hasLineCount(1)
        .doesNotContain("Exception");
  }

  /** S3 was meant, and its location was forgotten. */
  @ParameterizedTest
  @ValueSource(strings = {"--region=eu-west-1", "--profile=dev", "--endpoint-url=http://h:1"})
  void optionOfS3_withAnotherStore_isRefusedWithWhatToDo(String option) {
    String store = directory.resolve("checkpoints").toString();

    CommandRun.Result result = checkpoint("--store", store, option, "save", "train");

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .isEqualTo(
            "checkpoint: "
                + option.split("=", 2)[0]
                + " is refused: it is for S3, and the checkpoints are in "
                + store
                + ". Name the location (--store s3://bucket/prefix), or leave the option out.\n");
    assertThat(Path.of(store)).doesNotExist();
    assertThat(checkpoint(option, "--store", "memory:x", "list").status()).isEqualTo(2);
    assertThat(new CommandRun().path().store(store).run(option, "run", "a", "--", "true").status())
        .isEqualTo(125);
  }

  @Test
  void environmentOfAws_withAnotherStore_isNoSuchOption() {
    CommandRun.Result result =
        new CommandRun()
            .store(directory.resolve("checkpoints").toString())
            .environment("AWS_REGION", "eu-west-1")
            .environment("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
            .environment("AWS_PROFILE", "dev")
            .run("save", "train");

    assertThat(result.status()).as(result.err()).isZero();
  }

  @Test
  void homeDirectory_isExpanded_andNoDirectoryHasItsSign() {
    CommandRun command = new CommandRun().environment("HOME", directory.toString());

    assertThat(command.run("--store", "~/ck", "save", "train").out())
        .startsWith("train: saved in " + directory.resolve("ck") + ", completed 20");
    assertThat(directory.resolve("ck/train.checkpoint")).exists();
    assertThat(command.store("~/ck").run("has", "train").status()).isZero();
    assertThat(command.run("--store", "$HOME/ck", "save", "train").status()).isEqualTo(2);
  }

  @Test
  void unknownOptionOfADirectory_isRefused() {
    String store = directory.resolve("x").toString();

    assertThat(checkpoint("--store", store + "?history=2", "save", "train").status()).isEqualTo(2);
    assertThat(checkpoint("--store", "file:" + store + "?histroy=2", "save", "train").status())
        .isEqualTo(2);
    assertThat(checkpoint("--store", "file:" + store + "?history=2", "save", "train").status())
        .isZero();
  }

  @Test
  void unknownScheme_namesTheKnownOnes() {
    assertThat(checkpoint("--store", "ftp://host/dir", "list").err())
        .contains("'ftp'", "file", "memory", "s3");
  }

  @Test
  void metadataWithControlCharacters_isStoredEscapedAndShownEscaped() throws IOException {
    String store = directory.toString();

    assertThat(checkpoint("--store", store, "save", "train", "--meta", "k=a\r\nb\u0007").status())
        .isZero();
    assertThat(Files.readString(directory.resolve("train.checkpoint")).lines())
        .noneMatch(line -> line.startsWith("b"));
    assertThat(checkpoint("--store", store, "get", "train").out()).doesNotContain("\u0007");
    assertThat(checkpoint("--store", store, "get", "train", "--output", "json").out())
        .contains("\"meta\":{\"k\":\"a\\r\\nb\\u0007\"}");
  }
}
