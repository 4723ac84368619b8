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
