package io.github.checkpointmanager.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StageRecordTest {
  @ParameterizedTest
  @CsvSource({
    "2026-11-23T14:05:12.123456Z, 2026-11-23T14:05:12.123456Z",
    "2026-11-23T14:05Z, 2026-11-23T14:05:00Z",
    "2026-11-23T15:05:12+01:00, 2026-11-23T14:05:12Z",
    "2026-11-23 14:05:12.5+00:00, 2026-11-23T14:05:12.500Z",
    "2026-11-23T15:05:12+01:00[Europe/Paris], 2026-11-23T14:05:12Z"
  })
  void timestamp_ofATextWithAZone_isThatInstant(String text, Instant instant) {
    assertThat(with(Header.TIMESTAMP, text).timestamp()).contains(instant);
    assertThat(with(Header.STARTED, text).instant(Header.STARTED)).contains(instant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026-11-23T14:05:12",
        "2026-11-23 14:05:12.123456",
        "2026-11-23",
        "1795442712",
        "Mon Nov 23 14:05:12 CET 2026",
        "2026-13-01T00:00:00Z",
        "2026-11-23T14:05:12+99:00",
        "yesterday"
      })
  void timestamp_ofAnyOtherText_isEmptyAndTheTextStays(String text) {
    StageRecord record = with(Header.TIMESTAMP, text);

    assertThat(record.timestamp()).isEmpty();
    assertThat(record.header(Header.TIMESTAMP)).contains(text);
  }

  @Test
  void timestamp_withoutOne_isEmpty() {
    assertThat(with(Header.USER, "alice").timestamp()).isEmpty();
  }

  @Test
  void meta_hasTheCallersKeysInTheirOrderAndNothingElse() {
    var headers = new LinkedHashMap<String, String>();
    headers.put(Header.meta("z"), "1");
    headers.put(Header.USER, "alice");
    headers.put(Header.meta("ü b"), "2");
    headers.put(Header.input("lr"), "3");
    headers.put(Header.meta("a"), "4");

    Map<String, String> meta =
        new StageRecord(State.COMPLETED, headers, Optional.empty()).keyed(Header.META_PREFIX);

    assertThat(meta)
        .containsExactly(Map.entry("z", "1"), Map.entry("ü b", "2"), Map.entry("a", "4"));
  }

  @Test
  void originId_isTheWriteIdUnlessTheRecordWasRestored() {
    var original = Map.of(Header.WRITE_ID, "1".repeat(32));
    var restored = new LinkedHashMap<>(Map.of(Header.WRITE_ID, "2".repeat(32)));
    restored.put(Header.RESTORED_FROM, "1".repeat(32));

    assertThat(new StageRecord(State.COMPLETED, original, Optional.empty()).originId())
        .contains("1".repeat(32));
    assertThat(new StageRecord(State.COMPLETED, restored, Optional.empty()).originId())
        .contains("1".repeat(32));
    assertThat(with(Header.USER, "alice").originId()).isEmpty();
  }

  private static StageRecord with(String name, String value) {
    return new StageRecord(State.COMPLETED, Map.of(name, value), Optional.empty());
  }
}
