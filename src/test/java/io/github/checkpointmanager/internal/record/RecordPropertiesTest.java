package io.github.checkpointmanager.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.checkpointmanager.internal.record.RecordCodec.Decoded;
import io.github.checkpointmanager.testing.Generator;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordPropertiesTest {
  private static final List<String> SHARDS =
      List.of(
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

  @Test
  void whatIsEncodedDecodesTheSame() {
    Generator.forAll(
        1000,
        RecordPropertiesTest::record,
        record -> {
          byte[] bytes = RecordCodec.encode(record);

          Decoded decoded = RecordCodec.decode(bytes);

          assertThat(decoded).isEqualTo(new Decoded.Valid(record));
          StageRecord read = ((Decoded.Valid) decoded).record();
          assertThat(List.copyOf(read.headers().keySet()))
              .isEqualTo(List.copyOf(record.headers().keySet()));
          assertThat(RecordCodec.encode(read)).isEqualTo(bytes);
        });
  }

  @Test
  void theHeadDecodesAsTheWholeDoes() {
    Generator.forAll(
        1000,
        RecordPropertiesTest::record,
        record -> {
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
                                .map(
                                    p ->
                                        new Payload(
                                            p.contentType(), p.length(), Optional.empty())));
                  });
        });
  }

  @Test
  void aHeadHasOneLinePerHeaderAndNothingThatATerminalObeys() {
    Generator.forAll(
        1000,
        RecordPropertiesTest::record,
        record -> {
          var headOnly = new StageRecord(record.state(), record.headers(), Optional.empty());

          String text = new String(RecordCodec.encode(headOnly), UTF_8);

          assertThat(text.lines()).hasSize(record.headers().size() + 2);
          assertThat(text.codePoints().filter(c -> c != '\n').noneMatch(HeaderEscape::mustEscape))
              .isTrue();
        });
  }

  @Test
  void randomBytesNeverThrow() {
    Generator.forAll(
        1000,
        generator -> generator.bytes(300),
        generator -> generator.between(-2L, 200_000L),
        (bytes, totalSize) ->
            assertThatCode(
                    () -> {
                      RecordCodec.decode(bytes);
                      RecordCodec.decodeHead(bytes, totalSize);
                      RecordCodec.decodeHead(bytes, bytes.length);
                    })
                .doesNotThrowAnyException());
  }

  @Test
  void bytesThatLookLikeARecordNeverThrow() {
    Generator.forAll(
        1000,
        generator -> String.join("", generator.list(0, 10, RecordPropertiesTest::shard)),
        text -> {
          byte[] bytes = text.getBytes(UTF_8);

          assertThat(isCanonicalOrHomeMade(bytes, RecordCodec.decode(bytes))).isTrue();
          assertThat(RecordCodec.decodeHead(bytes, bytes.length).getClass())
              .isEqualTo(RecordCodec.decode(bytes).getClass());
        });
  }

  @Test
  void anyHeadWithARightChecksumIsCanonicalOrRefused() {
    Generator.forAll(
        1000,
        RecordPropertiesTest::head,
        head -> {
          byte[] bytes = Sealed.head(head);

          assertThat(isCanonicalOrHomeMade(bytes, RecordCodec.decode(bytes))).isTrue();
        });
  }

  @Test
  void mutatedRecordsNeverDecodeToAnotherContent() {
    Generator.forAll(
        1000,
        RecordPropertiesTest::record,
        generator -> generator.list(1, 4, Mutation::draw),
        (record, mutations) -> {
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
        });
  }

  private static boolean isCanonicalOrHomeMade(byte[] bytes, Decoded decoded) {
    return !(decoded instanceof Decoded.Valid valid)
        || valid.record().writeId().isEmpty()
        || Arrays.equals(RecordCodec.encode(valid.record()), bytes);
  }

  /** One change of bytes: a flipped bit, a replaced, lost or added byte, a cut, a repetition. */
  record Mutation(int kind, int at, int value) {
    static Mutation draw(Generator generator) {
      return new Mutation(
          generator.between(0, 5), (int) generator.anyLong(), generator.between(0, 255));
    }

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

  private static StageRecord record(Generator generator) {
    var headers = new LinkedHashMap<String, String>();
    headers.put(Header.WRITE_ID, Sealed.WRITE_ID);
    for (String name : generator.list(0, 8, RecordPropertiesTest::headerName)) {
      headers.put(name, generator.hostileText(0, 24));
    }
    Optional<Payload> payload =
        generator.chance(2)
            ? Optional.of(Payload.of(generator.hostileText(0, 24), generator.bytes(300)))
            : Optional.empty();
    return new StageRecord(generator.pick(List.of(State.values())), headers, payload);
  }

  private static String headerName(Generator generator) {
    return generator.chance(2)
        ? generator.pick(
            List.of(Header.TIMESTAMP, Header.STAGE, Header.USER, Header.PROGRESS, "X", "a.b-c"))
        : Header.meta(generator.wellFormedText(1, 24));
  }

  /** Lines with a right start more often than not. */
  private static String head(Generator generator) {
    return "COMPLETED\nWrite-Id: "
        + Sealed.WRITE_ID
        + "\n"
        + String.join("", generator.list(0, 6, RecordPropertiesTest::shard))
        + "\n";
  }

  /** A piece of a record. */
  private static String shard(Generator generator) {
    return generator.pick(SHARDS);
  }
}
