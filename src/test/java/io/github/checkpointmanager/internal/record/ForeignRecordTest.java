package io.github.checkpointmanager.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.internal.record.RecordCodec.Decoded;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignRecordTest {
  @ParameterizedTest
  @ValueSource(strings = {"COMPLETED", "COMPLETED\n", "COMPLETED\r\n"})
  void decode_ofTheWordAlone_isCompletedWithoutWriteId(String text) {
    assertThat(RecordCodec.decode(text.getBytes(UTF_8)))
        .isEqualTo(new Decoded.Valid(new StageRecord(State.COMPLETED, Map.of(), Optional.empty())));
    assertThat(RecordCodec.decodeHead(text.getBytes(UTF_8), text.length()))
        .isInstanceOf(Decoded.Valid.class);
  }

  static Stream<Arguments> timestamps() {
    return Stream.of(
        Arguments.of("COMPLETED\nTimestamp: 2026-11-23T14:05:12Z\n", "2026-11-23T14:05:12Z"),
        Arguments.of("COMPLETED\r\nTimestamp: 2026-11-23T14:05:12Z\r\n", "2026-11-23T14:05:12Z"),
        Arguments.of("COMPLETED\r\nTimestamp: 2026-11-23T14:05:12Z", "2026-11-23T14:05:12Z"),
        Arguments.of("COMPLETED\nTimestamp: 2026-11-23 14:05:12", "2026-11-23 14:05:12"),
        Arguments.of("COMPLETED\nTimestamp:lun. 23 févr.", "lun. 23 févr."),
        Arguments.of("COMPLETED\nTimestamp: \t x \t \n", "x"),
        Arguments.of("COMPLETED\nTimestamp: C:\\n\n", "C:\\n"),
        Arguments.of("COMPLETED\nTimestamp:\n", ""));
  }

  @ParameterizedTest
  @MethodSource("timestamps")
  void decode_ofTheWordAndATime_keepsTheTimesRawText(String text, String time) {
    assertThat(RecordCodec.decode(text.getBytes(UTF_8)))
        .isEqualTo(
            new Decoded.Valid(
                new StageRecord(
                    State.COMPLETED, Map.of(Header.TIMESTAMP, time), Optional.empty())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "completed",
        "COMPLETED ",
        " COMPLETED",
        "COMPLETED\r",
        "COMPLETED\n\n",
        "COMPLETED\n \n",
        "COMPLETED\nTimestamp",
        "COMPLETED\ntimestamp: 1\n",
        "COMPLETED\n Timestamp: 1\n",
        "COMPLETED\nTimestamp: 1\n\n",
        "COMPLETED\nTimestamp: 1\rx\n",
        "COMPLETED\nTimestamp: 1\u001b[31m\n",
        "COMPLETED\nTimestamp: 1\u2028\n",
        "COMPLETED\nTimestamp: 1\nTimestamp: 2\n",
        "COMPLETED\nTimestamp: 1\nUser: alice\n",
        "COMPLETED\nUser: alice\n",
        "\ufeffCOMPLETED\n",
        "RUNNING\n",
        "RELEASED",
        "FAILED\r\n"
      })
  void decode_ofAnythingElse_isDamaged(String text) {
    assertThat(RecordCodec.decode(text.getBytes(UTF_8))).isInstanceOf(Decoded.Damaged.class);
  }

  @ParameterizedTest
  @CsvSource({"1002, true", "1003, false"})
  void decode_ofATimestampLine_takesAtMostOneKibibyte(int length, boolean valid) {
    String text = "COMPLETED\nTimestamp: " + "9".repeat(length) + "\n";

    assertThat(RecordCodec.decode(text.getBytes(UTF_8)) instanceof Decoded.Valid).isEqualTo(valid);
  }

  @Test
  void decodeHead_ofTheFirstBytesOfMore_isNotTheWordAlone() {
    assertThat(RecordCodec.decodeHead("COMPLETED\n".getBytes(UTF_8), 300))
        .isEqualTo(new Decoded.Damaged("it is cut off after 10 bytes, inside its head"));
  }
}
