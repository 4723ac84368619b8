package io.github.checkpointmanager.cli.command;

import static io.github.checkpointmanager.cli.CommandRun.checkpoint;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code save}, {@code has} and {@code get} on a directory. */
class SingleCheckpointCommandsTest {
  @TempDir private Path directory;

  private String store = "";

  @BeforeEach
  void nameStore() {
    store = directory.resolve("checkpoints").toString();
  }

  @Test
  void save_ofNewStage_saysSaved() {
    CommandRun.Result result = checkpoint("--store", store, "save", "train");

    assertThat(result.status()).isZero();
    assertThat(result.out()).matches("train: saved in /.+, completed .+Z by .+ on .+\n");
    assertThat(result.err()).isEmpty();
    assertThat(directory.resolve("checkpoints/train.checkpoint")).content().startsWith("COMPLETED");
  }

  @Test
  void save_ofCompletedStage_saysByWhomAndChangesNothing() throws IOException {
    checkpoint("--store", store, "save", "train");
    String before = record("train");

    CommandRun.Result result = checkpoint("--store", store, "save", "train");

    assertThat(result.status()).isZero();
    assertThat(result.out()).matches("train: already saved in /.+, completed .+Z by .+ on .+\n");
    assertThat(record("train")).isEqualTo(before);
  }

  @Test
  void save_withReplace_replacesTheCheckpoint() throws IOException {
    checkpoint("--store", store, "save", "train", "--meta", "lr=1");

    CommandRun.Result result =
        checkpoint("--store", store, "save", "train", "--replace", "--meta", "lr=2=3");

    assertThat(result.status()).isZero();
    assertThat(record("train")).contains("Meta.lr: 2=3").doesNotContain("Meta.lr: 1");
  }

  @Test
  void save_withReplaceOfAbsentStage_savesIt() {
    assertThat(checkpoint("--store", store, "save", "train", "--replace").status()).isZero();
    assertThat(checkpoint("--store", store, "has", "train").status()).isZero();
  }

  @Test
  void payload_fromFile_comesBackByteForByte() throws IOException {
    byte[] bytes = {0, 1, (byte) 0xff, '\n', '\r'};
    Path file = Files.write(directory.resolve("model.bin"), bytes);
    checkpoint("--store", store, "save", "train", "--payload", file.toString());

    assertThat(checkpoint("--store", store, "get", "train", "--payload").bytes()).isEqualTo(bytes);
  }

  @Test
  void payload_fromStandardInput_comesBackByteForByte() {
    byte[] bytes = "größe\n".getBytes(UTF_8);
    new CommandRun().input(bytes).run("--store", store, "save", "train", "--payload", "-");

    assertThat(checkpoint("--store", store, "get", "train", "--payload").bytes()).isEqualTo(bytes);
  }

  @Test
  void payload_ofJsonFile_hasItsMediaType() throws IOException {
    Path file = Files.writeString(directory.resolve("result.JSON"), "{}");
    checkpoint("--store", store, "save", "train", "--payload", file.toString());

    assertThat(record("train")).contains("Content-Type: application/json");
  }

  @Test
  void payload_thatIsMissing_isRefused() {
    CommandRun.Result result =
        checkpoint("--store", store, "save", "train", "--payload", "/nowhere/model.bin");

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .isEqualTo(
            "checkpoint: The payload /nowhere/model.bin cannot be read: there is no such file or"
                + " directory. Give a file that can be read.\n");
    assertThat(checkpoint("--store", store, "has", "train").status()).isEqualTo(1);
  }

  @Test
  void payload_overTheLimit_isRefusedBeforeAnythingIsWritten() {
    CommandRun.Result result =
        new CommandRun()
            .input(new byte[5 * 1024 * 1024 + 1])
            .run("--store", store, "save", "train", "--payload", "-");

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .contains("is too large: it has more than 5242880 bytes. Store it elsewhere");
    assertThat(directory.resolve("checkpoints/train.checkpoint")).doesNotExist();
  }

  @Test
  void payload_ofExactlyTheLimit_isSaved() {
    byte[] bytes = new byte[5 * 1024 * 1024];

    assertThat(
            new CommandRun()
                .input(bytes)
                .run("--store", store, "save", "train", "--payload", "-")
                .status())
        .isZero();
    assertThat(checkpoint("--store", store, "get", "train", "--payload").bytes()).isEqualTo(bytes);
  }

  @Test
  void meta_withoutEquals_isRefused() {
    CommandRun.Result result = checkpoint("--store", store, "save", "train", "--meta", "lr");

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .isEqualTo(
            "checkpoint: The metadata 'lr' is refused: it is not of the form name=value. Write"
                + " --meta name=value.\n");
  }

  @Test
  void has_ofAbsentStage_is1() {
    CommandRun.Result result = checkpoint("--store", store, "has", "train");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).isEqualTo("train: not completed\n");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void has_ofCompletedStage_is0() {
    checkpoint("--store", store, "save", "train");

    CommandRun.Result result = checkpoint("--store", store, "has", "train");

    assertThat(result.status()).isZero();
    assertThat(result.out()).startsWith("train: completed 20");
  }

  @Test
  void has_ofDamagedRecord_is1WithAWarning() throws IOException {
    damage("train");

    CommandRun.Result result = checkpoint("--store", store, "has", "train");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err())
        .startsWith("checkpoint: warning: the checkpoint of 'train' is damaged (")
        .hasLineCount(1);
  }

  @Test
  void has_withQuiet_printsNothing() {
    CommandRun.Result result = checkpoint("-q", "--store", store, "has", "train");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out() + result.err()).isEmpty();
  }

  @Test
  void get_ofCompletedStage_showsItsRecord() {
    checkpoint("--store", store, "save", "train", "--meta", "ticket=OPS-17");

    CommandRun.Result result = checkpoint("--store", store, "get", "train");

    assertThat(result.status()).isZero();
    assertThat(result.out()).contains("stage", "train", "Meta.ticket", "OPS-17", "Write-Id");
  }

  @Test
  void get_ofAbsentStage_is1() {
    CommandRun.Result result = checkpoint("--store", store, "get", "train");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith("checkpoint: There is no checkpoint to get: 'train' is not completed in ")
        .endsWith(" Run the stage, or save it; checkpoint list shows what is there.\n");
  }

  @Test
  void get_ofDamagedRecord_is5() throws IOException {
    damage("train");

    CommandRun.Result result = checkpoint("--store", store, "get", "train");

    assertThat(result.status()).isEqualTo(5);
    assertThat(result.err())
        .startsWith("checkpoint: Reading the checkpoint of 'train' failed: ")
        .contains("Run the stage again, or save it");
  }

  @Test
  void getPayload_whenOnlyThePayloadIsDamaged_is5() throws IOException {
    new CommandRun()
        .input("abc".getBytes(UTF_8))
        .run("--store", store, "save", "train", "--payload", "-");
    String record = record("train");
    Files.writeString(file("train"), record.substring(0, record.length() - 3) + "abd");

    CommandRun.Result result = checkpoint("--store", store, "get", "train", "--payload");

    assertThat(result.status()).isEqualTo(5);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("its payload does not match its checksum");
  }

  @Test
  void getPayload_ofStageSavedWithout_is1AndSaysSo() {
    checkpoint("--store", store, "save", "train");

    CommandRun.Result result = checkpoint("--store", store, "get", "train", "--payload");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err())
        .isEqualTo(
            "checkpoint: There is no payload to get: the checkpoint of 'train' was saved without"
                + " one. Save it with --payload.\n");
  }

  @Test
  void nameAfterTwoDashes_isLiteral() {
    assertThat(checkpoint("--store", store, "save", "--", "-x").status()).isZero();
    assertThat(checkpoint("--store", store, "has", "--", "-x").status()).isZero();
    assertThat(checkpoint("save", "--store", store, "--", "--help").status()).isZero();
    assertThat(directory.resolve("checkpoints")).isDirectoryContaining("glob:**/--help.checkpoint");
  }

  @Test
  void nameWithAtSign_isNotReadFromAFile() {
    assertThat(checkpoint("--store", store, "save", "@/etc/hostname").status()).isZero();
    assertThat(checkpoint("--store", store, "has", "@/etc/hostname").status()).isZero();
  }

  private Path file(String stage) {
    return directory.resolve("checkpoints").resolve(stage + ".checkpoint");
  }

  private String record(String stage) throws IOException {
    return Files.readString(file(stage));
  }

  private void damage(String stage) throws IOException {
    checkpoint("--store", store, "save", stage);
    String record = record(stage);
    Files.writeString(file(stage), record.substring(0, record.length() / 2));
  }
}
