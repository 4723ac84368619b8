package io.github.checkpointmanager.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class RecordPropertiesTest {
  @Property
  void whateverIsEncodedDecodesTheSame(@ForAll("records") StageRecord record) {
    byte[] bytes = RecordCodec.encode(record);

    Decoded decoded = RecordCodec.decode(bytes);

    assertThat(decoded).isEqualTo(new Decoded.Valid(record));
    StageRecord read = ((Decoded.Valid) decoded).record();
    assertThat(List.copyOf(read.headers().keySet()))
        .isEqualTo(List.copyOf(record.headers().keySet()));
    assertThat(RecordCodec.encode(read)).isEqualTo(bytes);
  }

  @Property
  void theHeadDecodesAsTheWholeDoes(@ForAll("records") StageRecord record) {
    byte[] bytes = RecordCodec.encode(record);
    int payload = record.payload().map(p -> (int) p.length()).orElse(0);
    byte[] head = Arrays.copyOf(bytes, bytes.length - payload);

    assertThat(RecordCodec.decodeHead(head, bytes.length))
        .isInstanceOfSatisfying(
            Decoded.Valid.class,
            valid -> {
              assertThat(valid.record().state()).isEqualTo(record.state());
              assertThat(valid.record().headers()).isEqualTo(record.headers());
              assertThat(valid.record().payload())
                  .isEqualTo(
                      record
                          .payload()
                          .map(p -> new Payload(p.contentType(), p.length(), Optional.empty())));
            });
  }

  @Property
  void aHeadHasOneLinePerHeaderAndNothingThatATerminalObeys(@ForAll("records") StageRecord record) {
    var headOnly = new StageRecord(record.state(), record.headers(), Optional.empty());

    String text = new String(RecordCodec.encode(headOnly), UTF_8);

    assertThat(text.lines()).hasSize(record.headers().size() + 2);
    assertThat(text.codePoints().filter(c -> c != '\n').noneMatch(HeaderEscape::mustEscape))
        .isTrue();
  }

  @Property
  void randomBytesNeverThrow(
      @ForAll byte[] bytes, @ForAll @LongRange(min = -2, max = 200_000) long totalSize) {
    assertThatCode(
            () -> {
              RecordCodec.decode(bytes);
              RecordCodec.decodeHead(bytes, totalSize);
              RecordCodec.decodeHead(bytes, bytes.length);
            })
        .doesNotThrowAnyException();
  }

  @Property
  void bytesThatLookLikeARecordNeverThrow(@ForAll("shards") byte[] bytes) {
    assertThat(isCanonicalOrHomeMade(bytes, RecordCodec.decode(bytes))).isTrue();
    assertThat(RecordCodec.decodeHead(bytes, bytes.length).getClass())
        .isEqualTo(RecordCodec.decode(bytes).getClass());
  }

  @Property
  void anyHeadWithARightChecksumIsCanonicalOrRefused(@ForAll("heads") String head) {
    byte[] bytes = Sealed.head(head);

    assertThat(isCanonicalOrHomeMade(bytes, RecordCodec.decode(bytes))).isTrue();
  }

  @Property
  void mutatedRecordsNeverDecodeToAnotherContent(
      @ForAll("records") StageRecord record, @ForAll("mutations") List<Mutation> mutations) {
    byte[] original = RecordCodec.encode(record);
    byte[] mutated = original;
    for (Mutation mutation : mutations) {
      mutated = mutation.apply(mutated);
    }

    Decoded decoded = RecordCodec.decode(mutated);

    if (decoded instanceof Decoded.Valid valid && valid.record().writeId().isPresent()) {
      assertThat(valid.record()).isEqualTo(record);
      assertThat(mutated).isEqualTo(original);
    }
  }

  private static boolean isCanonicalOrHomeMade(byte[] bytes, Decoded decoded) {
    return !(decoded instanceof Decoded.Valid valid)
        || valid.record().writeId().isEmpty()
        || Arrays.equals(RecordCodec.encode(valid.record()), bytes);
  }

  /** One accident that befalls bytes. */
  record Mutation(int kind, int at, int value) {
    byte[] apply(byte[] bytes) {
      if (bytes.length == 0) {
        return new byte[] {(byte) value};
      }
      int position = Math.floorMod(at, bytes.length);
      var out = new ByteArrayOutputStream();
      out.write(bytes, 0, position);
      switch (kind) {
        case 0 -> out.write(bytes[position] ^ (1 << (value & 7)));
        case 1 -> out.write(value);
        case 2 -> {} // the byte is lost
        case 3 -> {
          out.write(value);
          out.write(bytes[position]);
        }
        case 4 -> {
          return out.toByteArray(); // cut
        }
        default -> out.write(bytes, 0, position + 1); // the start once more
      }
      out.write(bytes, position + 1, bytes.length - position - 1);
      return out.toByteArray();
    }
  }

  @Provide
  Arbitrary<List<Mutation>> mutations() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 5),
            Arbitraries.integers(),
            Arbitraries.integers().between(0, 255))
        .as(Mutation::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  @Provide
  Arbitrary<StageRecord> records() {
    Arbitrary<Map<String, String>> headers =
        Combinators.combine(names(), HostileText.texts())
            .as(Map::entry)
            .list()
            .ofMaxSize(8)
            .map(
                entries -> {
                  var map = new LinkedHashMap<String, String>();
                  map.put(Header.WRITE_ID, Sealed.WRITE_ID);
                  entries.forEach(e -> map.put(e.getKey(), e.getValue()));
                  return map;
                });
    Arbitrary<Optional<Payload>> payloads =
        Combinators.combine(
                HostileText.texts(), Arbitraries.bytes().array(byte[].class).ofMaxSize(300))
            .as(Payload::of)
            .optional(0.5);
    return Combinators.combine(Arbitraries.of(State.class), headers, payloads).as(StageRecord::new);
  }

  private static Arbitrary<String> names() {
    return Arbitraries.oneOf(
        Arbitraries.of(Header.TIMESTAMP, Header.STAGE, Header.USER, Header.PROGRESS, "X", "a.b-c"),
        HostileText.wellFormed().filter(key -> !key.isEmpty()).map(Header::meta));
  }

  /** Pieces of records, put together at random. */
  @Provide
  Arbitrary<byte[]> shards() {
    return shard().list().ofMaxSize(10).map(shards -> String.join("", shards).getBytes(UTF_8));
  }

  /** Lines with a right start more often than not. */
  @Provide
  Arbitrary<String> heads() {
    return shard()
        .list()
        .ofMaxSize(6)
        .map(
            shards -> {
              var lines = new ArrayList<String>();
              lines.add("COMPLETED\nWrite-Id: " + Sealed.WRITE_ID + "\n");
              lines.addAll(shards);
              return String.join("", lines) + "\n";
            });
  }

  private static Arbitrary<String> shard() {
    return Arbitraries.of(
        "COMPLETED",
        "RUNNING",
        "\n",
        "\r\n",
        ": ",
        ":",
        "Timestamp: ",
        "Write-Id: " + Sealed.WRITE_ID,
        "Format: 2\n",
        "\nFormat: ",
        "User: a\n",
        "Stage: \\u{1B}\n",
        "\\u{D83D}\\u{DC27}",
        "\\",
        "\\u{",
        "\\u{FFFFFFFF}",
        "%zz",
        "Content-Type: a\nContent-Length: 1\n",
        "Content-Length: 99999999999999999999\n",
        "Content-Type: a\nContent-Length: 0\nContent-Checksum: crc32c:00000000\n",
        "Checksum: crc32c:00000000",
        "Checksum: ",
        "x");
  }
}
