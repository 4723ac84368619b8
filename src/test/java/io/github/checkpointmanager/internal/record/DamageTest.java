package io.github.checkpointmanager.internal.record;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.internal.record.RecordCodec.Decoded;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records of ours that were cut, flipped, or wrongly written by somebody else. */
class DamageTest {
  private static final String START = "COMPLETED\nWrite-Id: " + Sealed.WRITE_ID + "\n";

  static Stream<StageRecord> records() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(Header.WRITE_ID, Sealed.WRITE_ID);
    headers.put(Header.TIMESTAMP, "2026-11-23T14:05:12.123456Z");
    headers.put(Header.STAGE, "Prüfung 🐧\n");
    headers.put(Header.meta("Übung"), "\\");
    Map<String, String> minimal = Map.of(Header.WRITE_ID, Sealed.WRITE_ID);
    return Stream.of(
        new StageRecord(State.COMPLETED, minimal, Optional.empty()),
        new StageRecord(State.COMPLETED, headers, Optional.empty()),
        new StageRecord(
            State.COMPLETED, headers, Optional.of(Payload.of("text/plain", new byte[0]))),
        new StageRecord(
            State.COMPLETED,
            headers,
            Optional.of(Payload.of("text/plain", "two\n\nlines\n".getBytes(UTF_8)))),
        new StageRecord(State.RUNNING, headers, Optional.empty()),
        new StageRecord(State.FAILED, headers, Optional.empty()),
        new StageRecord(State.RELEASED, headers, Optional.empty()));
  }

  /**
   * The first nine and ten bytes of a checkpoint are, byte for byte, what a home-made tool writes
   * as a whole. No reader of a whole object can tell them apart; a store that delivers cut objects
   * as whole ones could, so the stores check sizes.
   */
  private static boolean isHomeMade(byte[] bytes) {
    String text = new String(bytes, ISO_8859_1);
    return text.equals("COMPLETED") || text.equals("COMPLETED\n");
  }

  @ParameterizedTest
  @MethodSource("records")
  void decode_whenCutAtAnyLength_isDamaged(StageRecord record) {
    byte[] whole = RecordCodec.encode(record);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      if (!isHomeMade(cut)) {
        assertThat(RecordCodec.decode(cut))
            .as("cut to %d of %d bytes", length, whole.length)
            .isInstanceOf(Decoded.Damaged.class);
        assertThat(RecordCodec.decodeHead(cut, length)).isInstanceOf(Decoded.Damaged.class);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void decodeHead_whenTheHeadIsNotWhole_isDamagedAtAnyLength(StageRecord record) {
    byte[] whole = RecordCodec.encode(record);
    int payload = record.payload().map(p -> (int) p.length()).orElse(0);
    for (int length = 0; length < whole.length; length++) {
      Decoded decoded = RecordCodec.decodeHead(Arrays.copyOf(whole, length), whole.length);
      assertThat(decoded)
          .as("first %d of %d bytes", length, whole.length)
          .isInstanceOf(
              length < whole.length - payload ? Decoded.Damaged.class : Decoded.Valid.class);
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void decode_whenAnyBitIsFlipped_isDamaged(StageRecord record) {
    byte[] whole = RecordCodec.encode(record);
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(RecordCodec.decode(flipped))
          .as("bit %d of byte %d", bit % 8, bit / 8)
          .isInstanceOf(Decoded.Damaged.class);
      assertThat(RecordCodec.decodeHead(flipped, flipped.length))
          .isInstanceOf(Decoded.Damaged.class);
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void decode_whenAnyByteFollows_isDamaged(StageRecord record) {
    byte[] whole = RecordCodec.encode(record);
    for (int b = 0; b < 256; b++) {
      byte[] longer = Arrays.copyOf(whole, whole.length + 1);
      longer[whole.length] = (byte) b;
      assertThat(RecordCodec.decode(longer)).isInstanceOf(Decoded.Damaged.class);
      assertThat(RecordCodec.decodeHead(whole, whole.length + 1L))
          .isInstanceOf(Decoded.Damaged.class);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE})
  void decodeHead_whenTheTotalSizeCannotBe_isDamaged(long totalSize) {
    byte[] whole = RecordCodec.encode(records().toList().get(3));

    assertThat(RecordCodec.decodeHead(whole, totalSize)).isInstanceOf(Decoded.Damaged.class);
  }

  @Test
  void decode_ofEveryHeadLongerThanTheLimit_isDamaged() {
    byte[] whole = Sealed.head(START + "Meta.k: " + "x".repeat(RecordCodec.MAX_HEAD_BYTES) + "\n");

    assertThat(RecordCodec.decode(whole))
        .isEqualTo(new Decoded.Damaged("its head does not end within the first 61440 bytes"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                 | it is empty (zero bytes)
          <html>             | its first line is not a state
          completed\\n        | its first line is not a state
          COMPLETED\\n\\n      | its head ends without a Checksum line
          COMPLETED\\nby hand | it is cut off after 17 bytes, inside its head
          RUNNING\\r\\nA: b    | its lines end in CR LF: something has converted it
          A\\nChecksum: no\\n  | its Checksum line is malformed
          A\\nChecksum: crc32c:00000000\\n | \
          its head does not match its checksum: stated crc32c:00000000, actual crc32c:76360199
          """)
  void decode_saysWhatIsWrong(String text, String reason) {
    byte[] bytes = text.replace("\\n", "\n").replace("\\r", "\r").getBytes(UTF_8);

    assertThat(RecordCodec.decode(bytes)).isEqualTo(new Decoded.Damaged(reason));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          User: a\\nUser: a             | it has the header User twice
          User: a\\nWrite-Id: b         | it has the header Write-Id twice
          Format: 2                    | it has a Format header that no version writes
          Two words: x                 | line 3 is not a header
          Host: h\\nNothing             | line 4 is not a header
          Stage: \\\\x                  | the value of Stage is wrongly escaped
          Content-Length: 0            | its Content headers are not the three before Checksum
          Content-Type: a\\nContent-Length: 1\\nContent-Checksum: x | \
          its Content-Length or Content-Checksum is malformed
          Content-Type: a\\nContent-Length: -1\\nContent-Checksum: crc32c:00000000 | \
          its Content-Length or Content-Checksum is malformed
          Content-Type: a\\nContent-Length: 9\\nContent-Checksum: crc32c:00000000 | \
          it is cut off before its payload
          """)
  void decode_whenTheChecksumIsRightButTheHeadersAreNot_saysWhatIsWrong(
      String lines, String reason) {
    byte[] whole = Sealed.head(START + lines.replace("\\n", "\n").replace("\\\\", "\\") + "\n");

    assertThat(RecordCodec.decode(whole)).isEqualTo(new Decoded.Damaged(reason));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1 | abc | its payload has 3 bytes and not the announced 1
          4 | abc | its payload has 3 bytes and not the announced 4
          999999999999999999 | abc | its payload has 3 bytes and not the announced 999999999999999999
          3 | abd | its payload does not match its checksum: stated crc32c:364b3fb7, actual \
          crc32c:e2815b5c
          """)
  void decode_whenThePayloadIsNotTheAnnounced_saysSo(String length, String payload, String reason) {
    byte[] whole =
        Sealed.head(
            START
                + "Content-Type: text/plain\nContent-Length: "
                + length
                + "\nContent-Checksum: crc32c:364b3fb7\n",
            "\n" + payload);

    assertThat(RecordCodec.decode(whole)).isEqualTo(new Decoded.Damaged(reason));
  }

  @Test
  void decode_ofAPayloadWithoutTheEmptyLine_isDamaged() {
    byte[] whole =
        Sealed.head(
            START
                + "Content-Type: text/plain\n"
                + "Content-Length: 2\n"
                + "Content-Checksum: crc32c:364b3fb7\n",
            "abc");

    assertThat(RecordCodec.decode(whole))
        .isEqualTo(new Decoded.Damaged("there is no empty line between its head and its payload"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "3", "10", "999999999999999999"})
  void decode_ofALaterFormat_isUnreadableWhateverItsChecksum(String version) {
    byte[] bytes = ("PARKED\nFormat: " + version + "\nall else is unknown").getBytes(UTF_8);

    assertThat(RecordCodec.decode(bytes))
        .isEqualTo(
            new Decoded.Unreadable(
                "it has format "
                    + version
                    + ", and this version reads up to 1: upgrade checkpoint-manager"));
    assertThat(RecordCodec.decodeHead(bytes, 1_000_000)).isInstanceOf(Decoded.Unreadable.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PARKED\nFormat: 1\n",
        "PARKED\nFormat: 02\n",
        "PARKED\nFormat: two\n",
        "PARKED\nFormat: 2",
        "PARKED\nFormat: 2\r\n",
        "PARKED\nA: b\nFormat: 2\n",
        "\nFormat: 2\n"
      })
  void decode_ofWhatIsNoLaterFormat_isDamaged(String text) {
    assertThat(RecordCodec.decode(text.getBytes(UTF_8))).isInstanceOf(Decoded.Damaged.class);
  }

  @Test
  void decode_ofAnUnknownState_isUnreadableOnlyWhenTheChecksumIsRight() {
    byte[] whole = Sealed.head("PARKED\nWrite-Id: " + Sealed.WRITE_ID + "\n");

    assertThat(RecordCodec.decode(whole))
        .isEqualTo(
            new Decoded.Unreadable(
                "its state PARKED is not known to this version: upgrade checkpoint-manager"));
    whole[whole.length - 2] ^= 1;
    assertThat(RecordCodec.decode(whole)).isInstanceOf(Decoded.Damaged.class);
  }
}
