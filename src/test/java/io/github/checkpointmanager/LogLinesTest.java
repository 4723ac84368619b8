package io.github.checkpointmanager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.testing.ChildJvm;
import io.github.checkpointmanager.testing.LoggedPipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log lines that are part of the contract, as a real binding prints them. */
class LogLinesTest {
  private static final String LOGGER = "io.github.checkpointmanager.CheckpointManager - ";

  private static List<String> lines = List.of();

  /** All that was printed: lines of all loggers at all levels, stack traces, and messages. */
  private static String everything = "";

  @BeforeAll
  static void runThePipeline(@TempDir Path directory) throws Exception {
    Path log = directory.resolve("log");
    try (ChildJvm program =
        ChildJvm.running(LoggedPipeline.class, directory.resolve("checkpoints").toString())
            .options("-Dorg.slf4j.simpleLogger.defaultLogLevel=trace")
            .errorsTo(log)
            .start()) {
      String printed = String.join("\n", program.rest());
      int status = program.await();
      lines = Files.readAllLines(log, UTF_8);
      everything = Files.readString(log, UTF_8) + printed;
      assertThat(status).as("status, after %s", everything).isZero();
    }
  }

  private static String line(String level, String message) {
    return "[main] " + level + " " + LOGGER + message;
  }

  @Test
  void aSave_isLogged() {
    assertThat(lines).contains(line("INFO", "Checkpoint saved: data_ingestion"));
  }

  @Test
  void aSkip_isLogged() {
    assertThat(lines).contains(line("INFO", "Checkpoint found, skipping stage: data_ingestion"));
  }

  @Test
  void aSaveThatLost_isLoggedWithTheWinner() {
    assertThat(lines)
        .anyMatch(
            line ->
                line.startsWith(line("INFO", "Checkpoint already saved: data_ingestion ("))
                    && line.endsWith(" by alice on w7)"));
  }

  @Test
  void aDamagedRecord_isAWarning() {
    assertThat(lines)
        .anyMatch(
            line ->
                line.startsWith(
                    line("WARN", "Checkpoint damaged, it counts as not completed: broken (")));
  }

  @Test
  void aFailedSave_isLoggedOnceAsAnError() {
    assertThat(lines)
        .filteredOn(
            line -> line.startsWith(line("ERROR", "Error saving checkpoint: unreachable: ")))
        .hasSize(1);
    assertThat(lines)
        .filteredOn(line -> line.startsWith(line("ERROR", "Error saving checkpoint: large: ")))
        .singleElement()
        .asString()
        .contains("it has 7000000 bytes, and the limit is 5242880");
  }

  /** They are visible to a caller who drops the report. */
  @Test
  void stagesOfAPipelineThatAreNotCompleted_areLoggedOnceAsErrors() {
    String logger = "[main] ERROR io.github.checkpointmanager.pipeline.StageReport - ";
    assertThat(lines)
        .containsOnlyOnce(
            logger + "Stage failed: ingest: its task failed: java.io.IOException: disk gone",
            logger + "Stage blocked: clean: it depends on 'ingest', which is not completed",
            "java.io.IOException: disk gone");
  }

  @Test
  void aClear_isLoggedWithItsCountsAsKeyValues() {
    assertThat(lines)
        .filteredOn(line -> line.endsWith("All checkpoints cleared."))
        .singleElement()
        .asString()
        .contains("location=memory:", "checkpoints=2");
    assertThat(lines).contains(line("INFO", "Checkpoint cleared: broken"));
  }

  @Test
  void aRestoreAndAPurge_areLogged() {
    assertThat(lines)
        .contains(
            line("INFO", "Checkpoint restored: data_ingestion"),
            line("INFO", "Checkpoint purged: data_ingestion"));
    assertThat(lines)
        .filteredOn(line -> line.endsWith("All checkpoints purged."))
        .singleElement()
        .asString()
        .contains("location=memory:", "checkpoints=2");
  }

  @Test
  void aName_forgesNoLine() {
    assertThat(lines)
        .contains(line("INFO", "Checkpoint saved: forged\\r\\n[main] INFO all is well\\u{1B}[2J"));
    assertThat(lines).noneMatch(line -> line.startsWith("[main] INFO all is well"));
  }

  @Test
  void noPayloadAndNoMetadata_isLogged() {
    assertThat(lines)
        .contains(
            line("INFO", "Checkpoint saved: by hand"),
            line("INFO", "Checkpoint saved: with a codec"),
            line("INFO", "Checkpoint saved: claimed"),
            line("INFO", "Checkpoint restored: by hand"))
        .anyMatch(line -> line.contains("Checkpoint damaged, it counts as not completed: by hand"));
    byte[] secret = LoggedPipeline.SECRET.getBytes(UTF_8);
    String numbers = Arrays.toString(secret);
    assertThat(everything.toLowerCase(Locale.ROOT))
        .doesNotContain(
            LoggedPipeline.SECRET,
            HexFormat.of().formatHex(secret),
            numbers.substring(1, numbers.length() - 1));
  }
}
