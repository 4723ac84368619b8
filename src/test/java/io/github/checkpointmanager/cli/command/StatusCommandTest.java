package io.github.checkpointmanager.cli.command;

import static io.github.checkpointmanager.cli.CommandRun.checkpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.ClaimResult;
import io.github.checkpointmanager.StageState;
import io.github.checkpointmanager.cli.Application;
import io.github.checkpointmanager.cli.CommandRun;
import io.github.checkpointmanager.cli.output.StandardStreams;
import io.github.checkpointmanager.store.file.FileStore;
import io.github.checkpointmanager.testing.Records;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code status}, {@code release}, and {@code clear} where claims are. */
@Timeout(60)
class StatusCommandTest {
  @TempDir private Path directory;

  private String store = "";
  private CheckpointManager worker = CheckpointManager.open("memory:unused");

  @BeforeEach
  void open() {
    store = directory.resolve("checkpoints").toString();
    worker = CheckpointManager.builder().location(store).user("alice").host("worker-7").open();
  }

  @AfterEach
  void close() {
    worker.close();
  }

  private CommandRun.Result run(String... args) {
    return new CommandRun().store(store).run(args);
  }

  private Claim claim(String stage) {
    return ((ClaimResult.Held) worker.claim(stage, ClaimOptions.lease(Duration.ofMinutes(5))))
        .claim();
  }

  /** A claim whose lease ran out long ago, by the file's time. */
  private void lateClaim(String stage) throws IOException {
    Claim claim = claim(stage);
    assertThat(claim.isValid()).isTrue();
    Files.setLastModifiedTime(
        Path.of(store, stage + ".claim"), FileTime.from(Instant.now().minusSeconds(3600)));
  }

  @Test
  void status_showsEveryState() throws IOException {
    worker.save("completed");
    claim("failed").fail("the disk is full");
    claim("pending").release("not today");
    claim("running").progress("12 %");
    lateClaim("late");

    CommandRun.Result result = run("status");

    String pid = Long.toString(ProcessHandle.current().pid());
    assertThat(result.status()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines())
        .satisfiesExactly(
            header ->
                assertThat(header)
                    .matches("STAGE +STATE +ATTEMPT +WHO +SINCE +UNTIL +FAILURES +DETAIL"),
            row -> assertThat(row).matches("completed +completed +- +- +- +- +- +presumed"),
            row ->
                assertThat(row)
                    .matches(
                        "failed +failed +1 +alice@worker-7 \\("
                            + pid
                            + "\\) +20\\S+Z +- +1 +the disk is full"),
            row ->
                assertThat(row)
                    .matches("late +late +1 +alice@worker-7 \\(.+\\) +20\\S+Z +20\\S+Z +0 +-"),
            row -> assertThat(row).matches("pending +pending +1 +.+Z +- +0 +not today"),
            row -> assertThat(row).matches("running +running +1 +.+Z +20\\S+Z +0 +-"));
  }

  @Test
  void status_withVerify_readsCheckpointsAndNamesCorruptOnes() throws IOException {
    worker.save("good");
    Claim claim = claim("claimed");
    claim.complete();
    Files.createFile(Path.of(store, "bad.checkpoint"));

    CommandRun.Result result = run("status", "--verify");

    assertThat(result.status()).isZero();
    assertThat(result.out().lines())
        .satisfiesExactly(
            header -> assertThat(header).startsWith("STAGE"),
            row -> assertThat(row).matches("bad +corrupt +- +- +- +- +- +\\S.*"),
            row -> assertThat(row).matches("claimed +completed +1 +alice@worker-7 +20\\S+Z +- .*"),
            row -> assertThat(row).matches("good +completed +- +alice@worker-7 +20\\S+Z +- .*"));
  }

  @Test
  void status_recursive_showsTheLocationsBelow() {
    worker.save("here");
    checkpoint("--store", store + "/2026/11", "save", "there");

    CommandRun.Result result = run("status", "--recursive");

    assertThat(result.out().lines())
        .satisfiesExactly(
            header -> assertThat(header).startsWith("LOCATION  STAGE"),
            row -> assertThat(row).matches("\\. +here +completed .*presumed"),
            row -> assertThat(row).matches("2026/11 +there +completed .*presumed"));
    assertThat(run("status", "-r", "--verify").out()).doesNotContain("presumed");
  }

  @Test
  void status_ofEmptyLocation_saysSoOnStandardError() {
    CommandRun.Result result = run("status");

    assertThat(result.status()).isZero();
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).isEqualTo("checkpoint: no stages in " + store + "\n");
    assertThat(run("status", "--recursive", "--output", "json").out()).isEqualTo("[]\n");
  }

  @Test
  void status_ofAClaimThatCannotBeRead_saysSo() {
    Records.put(
        FileStore.at(Path.of(store)), "train.claim", "RUNNING\n".getBytes(StandardCharsets.UTF_8));

    assertThat(run("status").out()).contains("its claim cannot be read");
  }

  @Test
  void status_escapesWhatATerminalWouldObey() {
    claim("a\u001b[2Jb").fail("x\u001b[2Jy");

    assertThat(run("status").out()).doesNotContain("\u001b").contains("\\u001b");
  }

  /** Counts what is written, and after some rounds nobody reads any more. */
  private static final class Reader extends OutputStream {
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private int rounds;

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      if (rounds == 3) {
        throw new IOException("Broken pipe");
      }
      read.write(bytes, from, length);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void flush() {
      rounds++;
    }

    String text() {
      return read.toString(StandardCharsets.UTF_8);
    }
  }

  private String watched(boolean terminal, String... more) {
    return watchedOn(terminal, "xterm", more);
  }

  private String watchedOn(boolean terminal, String type, String... more) {
    Reader out = new Reader();
    StandardStreams streams =
        new StandardStreams(
            InputStream.nullInputStream(),
            out,
            new ByteArrayOutputStream(),
            false,
            false,
            terminal);
    List<String> line = new ArrayList<>(List.of("status", "--watch", "--interval", "PT0.01S"));
    line.addAll(List.of(more));
    int status =
        new Application(streams, Map.of("CHECKPOINT_STORE", store, "TERM", type))
            .run(line.toArray(String[]::new));
    assertThat(status).isEqualTo(141);
    return out.text();
  }

  @Test
  void watch_withoutTerminal_repeatsLinesWithTheTimeUntilNobodyReads() {
    worker.save("train");

    List<String> lines = watched(false).lines().toList();

    assertThat(lines).hasSize(6);
    assertThat(lines.get(0)).matches("20\\S+Z  STAGE  STATE +ATTEMPT .*");
    assertThat(lines.get(5)).matches("20\\S+Z  train  completed .*");
  }

  @Test
  void watch_onTerminal_redraws() {
    worker.save("train");

    String drawn = watched(true);

    assertThat(drawn).startsWith("\u001b[2J\u001b[H20");
    assertThat(drawn.split("\u001b\\[H", -1)).hasSize(4);
    assertThat(drawn.split("\u001b\\[2J", -1)).hasSize(2);
    assertThat(drawn).contains("Z  " + store + "\u001b[K\n").endsWith("\u001b[K\n\u001b[J");
  }

  @Test
  void watch_onATerminalThatKnowsNoEscapeSequences_repeatsLines() {
    worker.save("train");

    assertThat(watchedOn(true, "dumb")).startsWith("20").doesNotContain("\u001b");
  }

  @Test
  void watch_asJson_isADocumentALine() {
    worker.save("train");

    assertThat(watched(true, "--output", "json").lines())
        .hasSize(3)
        .allMatch(line -> line.startsWith("[{\"stage\":\"train\",\"state\":\"completed\""));
  }

  @Test
  void watch_ofEmptyLocation_saysSo() {
    assertThat(watched(false).lines()).hasSize(3).allMatch(line -> line.endsWith("Z  no stages"));
  }

  @Test
  void release_saysWhoseClaimWasEnded_andWhyIsInTheStatus() {
    Claim claim = claim("train");

    CommandRun.Result result = run("release", "train", "--force", "--reason", "worker-7 hangs");

    assertThat(result.status()).isZero();
    assertThat(result.out())
        .matches(
            "train: released; attempt 1 by alice on worker-7 \\(process "
                + ProcessHandle.current().pid()
                + "\\), begun 20\\S+Z\n");
    assertThat(run("status").out()).matches("(?s).*train  pending .*worker-7 hangs\n");
    assertThat(run("run", "train", "--claim", "--on-busy", "fail", "--", "true").err())
        .contains("(attempt 2)");
    assertThat(claim.attempt()).isEqualTo(1);
  }

  @Test
  void release_ofAStageThatIsNotClaimed_is1() {
    worker.save("train");

    CommandRun.Result result = run("release", "train", "--force", "--reason", "cleaning up");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).isEqualTo("checkpoint: 'train' is not claimed in " + store + "\n");
  }

  @Test
  void release_withoutForce_isRefusedAndSaysWhy() {
    Claim claim = claim("train");

    CommandRun.Result result = run("release", "train", "--reason", "worker-7 hangs");

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .isEqualTo(
            "checkpoint: The claim of 'train' was not ended: a worker that is alive goes on until"
                + " its next renewal, while another may begin already. Make sure that it is dead,"
                + " or may be stopped, and give --force; a dead worker's claim ends by itself with"
                + " its lease.\n");
    claim.renew();
    assertThat(claim.isValid()).isTrue();
  }

  @Test
  void release_withoutReason_isRefused() {
    Claim claim = claim("train");

    assertThat(run("release", "train", "--force").status()).isEqualTo(2);
    assertThat(run("release", "train", "--force", "--reason", " ").err())
        .contains("other users could not see why. Give --reason TEXT");
    claim.renew();
    assertThat(claim.isValid()).isTrue();
  }

  @Test
  void clear_whileAWorkerExecutesAStage_is3AndNamesIt() {
    worker.save("ingest");
    Claim claim = claim("train");

    for (String[] line :
        List.of(
            new String[] {"clear", "--yes"},
            new String[] {"clear", "--yes", "train"},
            new String[] {"clear", "--dry-run"})) {
      CommandRun.Result result = run(line);

      assertThat(result.status()).isEqualTo(3);
      assertThat(result.err())
          .startsWith("checkpoint: Nothing was cleared: a worker is executing 'train'. Wait until");
    }
    assertThat(worker.has("ingest")).isTrue();
    assertThat(run("clear", "--yes", "ingest").status()).isZero();
    claim.renew();
    assertThat(claim.isValid()).isTrue();
  }

  @Test
  void clear_onTerminalWhileAWorkerExecutesAStage_is3WithoutAsking() {
    Claim claim = claim("train");

    CommandRun.Result result = new CommandRun().store(store).typed("y\n").run("clear");

    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err()).doesNotContain("[y/N]");
    assertThat(claim.isValid()).isTrue();
  }

  @Test
  void clear_withForce_endsTheClaim() {
    worker.save("ingest");
    claim("train");

    CommandRun.Result result = run("clear", "--yes", "--force");

    assertThat(result.status()).isZero();
    assertThat(worker.status()).isEmpty();
  }

  @Test
  void clear_ofALateOrFailedStage_needsNoForce() throws IOException {
    lateClaim("late");
    claim("failed").fail("the disk is full");
    assertThat(worker.status())
        .extracting(stage -> stage.state())
        .containsExactly(StageState.FAILED, StageState.LATE);

    assertThat(run("clear", "--yes").status()).isZero();
    assertThat(worker.status()).isEmpty();
  }
}
