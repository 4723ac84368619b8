package io.github.checkpointmanager;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the default locale writes other digits, and the time zone is 5:45 h ahead of UTC. */
class LocaleTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  private final Locale locale = Locale.getDefault();
  private final TimeZone zone = TimeZone.getDefault();

  @TempDir private Path directory;
  private CheckpointStore store;
  private CheckpointManager checkpoints;

  @BeforeEach
  void travel() {
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
    assertThat(String.format(Locale.getDefault(), "%d", 1)).as("another digit").isNotEqualTo("1");
    store = FileStore.at(directory);
    checkpoints =
        CheckpointManager.builder()
            .store(store)
            .user("alice")
            .host("w7")
            .clock(Clock.fixed(NOON, ZoneOffset.UTC))
            .open();
  }

  @AfterEach
  void comeBack() {
    checkpoints.close();
    Locale.setDefault(locale);
    TimeZone.setDefault(zone);
  }

  @Test
  void historyOfADirectory_isKeptAndPurged() throws Exception {
    Checkpoint first = checkpoints.save("train").checkpoint().orElseThrow();
    checkpoints.replace(first, SaveOptions.none());
    checkpoints.clear();
    CheckpointHistory history = checkpoints.history();
    List<CheckpointVersion> versions = history.versions("train");
    assertThat(versions)
        .extracting(CheckpointVersion::deletion)
        .containsExactly(true, false, false);

    history.restore("train", versions.get(2).versionId());

    assertThat(checkpoints.get("train").orElseThrow().originId()).isEqualTo(first.writeId());
    assertThat(history.purgeAll().stages()).containsExactly("train");
    try (Stream<Path> left = Files.walk(directory)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.contains("train") || name.matches(".*deleted.*"));
    }
  }

  @Test
  void records_areWrittenInPlainDigits_andRead() {
    StageOptions exclusive =
        StageOptions.exclusive(Duration.ofSeconds(60))
            .saving(SaveOptions.none().meta("rows", "344"));
    checkpoints.stage("train", exclusive, context -> {});

    for (String key : List.of("train.checkpoint", "train.claim")) {
      byte[] record = store.read(key).orElseThrow().content();
      assertThat(US_ASCII.newEncoder().canEncode(new String(record, UTF_8))).as(key).isTrue();
    }
    Checkpoint checkpoint = checkpoints.get("train").orElseThrow();
    assertThat(checkpoint.completedAt()).isEqualTo(NOON);
    assertThat(checkpoint.attempt()).hasValue(1);
    assertThat(new String(store.read("train.checkpoint").orElseThrow().content(), UTF_8))
        .contains("Timestamp: 2026-11-23T12:00:00Z\n", "Attempt: 1\n");
    assertThat(checkpoints.verify().invalid()).isEmpty();
  }

  @Test
  void namesOfStages_haveTheSameKeys() {
    for (String name : List.of("1", "a/b", "Istanbul i", "é", "\u0661")) {
      checkpoints.save(name);
    }

    assertThat(store.list("").iterator().next().objects())
        .extracting(object -> object.key())
        .containsExactlyInAnyOrder(
            "1.checkpoint",
            "a%2Fb.checkpoint",
            "Istanbul i.checkpoint",
            "%C3%A9.checkpoint",
            "%D9%A1.checkpoint");
    assertThat(checkpoints.completed()).contains("a/b", "\u0661");
  }
}
