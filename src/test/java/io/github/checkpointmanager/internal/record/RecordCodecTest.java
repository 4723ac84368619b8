package io.github.checkpointmanager.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.internal.record.RecordCodec.Crc32cText;
import io.github.checkpointmanager.internal.record.RecordCodec.Decoded;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordCodecTest {

  @Test
  void encode_writesTheRecordAsTextWithItsChecksums() {
    var record =
        new StageRecord(
            State.COMPLETED,
            headers(Header.STAGE, "data_ingestion", Header.meta("ticket"), "OPS-17\nand more"),
            Optional.of(Payload.of("application/json", "{\"rows\": 344}".getBytes(UTF_8))));

    assertThat(new String(RecordCodec.encode(record), UTF_8))
        .isEqualTo(
            """
            COMPLETED
            Write-Id: 0123456789abcdef0123456789abcdef
            Stage: data_ingestion
            Meta.ticket: OPS-17\\nand more
            Content-Type: application/json
            Content-Length: 13
            Content-Checksum: crc32c:cd983353
            Checksum: crc32c:1f654973

            {"rows": 344}\
            """);
  }

  @Test
  void encode_putsTheWriteIdOnTheSecondLineWhereverItStands() {
    var headers = new LinkedHashMap<String, String>();
    headers.put(Header.STAGE, "train");
    headers.put(Header.WRITE_ID, Sealed.WRITE_ID);

    String text = text(new StageRecord(State.RUNNING, headers, Optional.empty()));

    assertThat(text)
        .startsWith("RUNNING\nWrite-Id: " + Sealed.WRITE_ID + "\nStage: train\nChecksum: ");
  }

  @Test
  void checksum_isTheCrc32cOfTheSpecification() {
    // The check value that RFC 3720, appendix B.4, gives for 32 bytes of zeros: aa 36 91 8a, the
    // least significant byte first.
    assertThat(Crc32cText.of(new byte[32], 0, 32)).isEqualTo("crc32c:8a9136aa");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a:b", "naïve", "a\nb", "a\\b", "/"})
  void encode_whenAHeaderNameIsNoToken_isRefusedWithTheRemedy(String name) {
    assertThatThrownBy(() -> RecordCodec.encode(completed(name, "v")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be written: a header name consists of")
        .hasMessageEndingWith("For metadata of any name use Header.meta(key).");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Checksum", "Content-Type", "Content-Length", "Content-Checksum", "Format"})
  void encode_whenAHeaderIsDerived_isRefused(String name) {
    assertThatThrownBy(() -> RecordCodec.encode(completed(name, "v")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The header "
                + name
                + " cannot be set: it is derived when the record is written. Leave it out.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0123", "0123456789ABCDEF0123456789ABCDEF"})
  void encode_withoutAProperWriteId_isRefused(String id) {
    var record = new StageRecord(State.COMPLETED, Map.of(Header.WRITE_ID, id), Optional.empty());

    assertThatThrownBy(() -> RecordCodec.encode(record))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no header Write-Id")
        .hasMessageEndingWith("Draw one with WriteId.draw().");
  }

  @Test
  void encode_whenThePayloadWasNotRead_isRefused() {
    var record =
        new StageRecord(
            State.COMPLETED,
            headers(),
            Optional.of(new Payload("text/plain", 5, Optional.empty())));

    assertThatThrownBy(() -> RecordCodec.encode(record))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("described but not read");
  }

  @Test
  void encode_takesAHeadOfExactlyTheLimitAndRefusesOneByteMore() {
    int room = RecordCodec.MAX_HEAD_BYTES - RecordCodec.encode(withPayload("")).length + 1;
    StageRecord largest = withPayload("x".repeat(room));
    byte[] bytes = RecordCodec.encode(largest);

    assertThat(bytes).hasSize(RecordCodec.MAX_HEAD_BYTES + 1);
    assertThat(RecordCodec.decode(bytes)).isEqualTo(new Decoded.Valid(largest));
    assertThat(
            RecordCodec.decodeHead(Arrays.copyOf(bytes, RecordCodec.MAX_HEAD_BYTES), bytes.length))
        .isInstanceOf(Decoded.Valid.class);
    assertThatThrownBy(() -> RecordCodec.encode(withPayload("x".repeat(room + 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The record cannot be written: its headers take 61441 bytes, and 61440 are allowed. Put"
                + " large metadata into the payload.");
  }

  @ParameterizedTest
  @EnumSource(State.class)
  void decode_givesBackEveryState(State state) {
    var record = new StageRecord(state, headers(Header.STAGE, "s"), Optional.empty());

    assertThat(RecordCodec.decode(RecordCodec.encode(record))).isEqualTo(new Decoded.Valid(record));
  }

  @Test
  void decodeHead_describesThePayloadWithoutItsBytes() {
    byte[] bytes = RecordCodec.encode(withPayload("v"));

    assertThat(RecordCodec.decodeHead(bytes, bytes.length))
        .isInstanceOfSatisfying(
            Decoded.Valid.class,
            valid ->
                assertThat(valid.record().payload())
                    .contains(new Payload("text/plain", 1, Optional.empty())));
  }

  private static StageRecord withPayload(String value) {
    return new StageRecord(
        State.COMPLETED,
        headers(Header.meta("k"), value),
        Optional.of(Payload.of("text/plain", new byte[] {'p'})));
  }

  private static StageRecord completed(String name, String value) {
    return new StageRecord(State.COMPLETED, headers(name, value), Optional.empty());
  }

  private static String text(StageRecord record) {
    return new String(RecordCodec.encode(record), UTF_8);
  }

  private static Map<String, String> headers(String... namesAndValues) {
    var headers = new LinkedHashMap<String, String>();
    headers.put(Header.WRITE_ID, Sealed.WRITE_ID);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers;
  }
}
