package io.github.checkpointmanager.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.checkpointmanager.internal.record.RecordCodec.Decoded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of every kind, and beside each what every reader must make of it, permanently. They were
 * written by hand and by a writer that shares nothing with this one. A file is never changed: its
 * digest is in {@code golden/record.sha256}. New files may come, each with its digest.
 */
class GoldenRecordsTest {
  private static final Path DIRECTORY = Path.of("src/test/resources/golden/record");
  private static final Path DIGESTS = Path.of("src/test/resources/golden/record.sha256");
  private static final int FILES = 70;

  static Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".checkpoint"))
          .map(name -> name.substring(0, name.length() - ".checkpoint".length()))
          .sorted()
          .toList()
          .stream();
    }
  }

  static Stream<String> namesOfOurs() throws IOException {
    return namesWith("/headers/Write-Id");
  }

  static Stream<String> namesWithMeta() throws IOException {
    return namesWith("/meta");
  }

  private static Stream<String> namesWith(String pointer) throws IOException {
    var names = new ArrayList<String>();
    for (String name : names().toList()) {
      if (!expected(name).at(pointer).isMissingNode()) {
        names.add(name);
      }
    }
    return names.stream();
  }

  @Test
  void noGoldenFileIsLost() throws IOException {
    assertThat(names()).hasSizeGreaterThanOrEqualTo(FILES);
  }

  /** To add a file: {@code sha256sum NAME}, in its directory, gives the line to add. */
  @Test
  void noGoldenFileIsChanged() throws Exception {
    Set<String> now = new TreeSet<>();
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      for (Path file : files.toList()) {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        now.add(HexFormat.of().formatHex(digest) + "  " + file.getFileName());
      }
    }
    List<String> listed = Files.readAllLines(DIGESTS);

    assertThat(now)
        .filteredOn(line -> !listed.contains(line))
        .as("changed or not listed")
        .isEmpty();
    assertThat(listed).filteredOn(line -> !now.contains(line)).as("changed or lost").isEmpty();
  }

  @ParameterizedTest
  @MethodSource("names")
  void decode_readsTheFileAsWrittenBesideIt(String name) throws IOException {
    byte[] bytes = bytes(name);
    JsonNode expected = expected(name);

    Decoded decoded = RecordCodec.decode(bytes);

    switch (expected.get("result").asText()) {
      case "valid" -> assertThat(decoded).isEqualTo(new Decoded.Valid(record(expected)));
      case "damaged" -> assertThat(decoded).isInstanceOf(Decoded.Damaged.class);
      case "unreadable" -> assertThat(decoded).isInstanceOf(Decoded.Unreadable.class);
      default -> throw new AssertionError("no such result: " + expected);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void decodeHead_ofTheWholeFileComesToTheSameResult(String name) throws IOException {
    byte[] bytes = bytes(name);

    assertThat(RecordCodec.decodeHead(bytes, bytes.length).getClass())
        .isEqualTo(RecordCodec.decode(bytes).getClass());
  }

  @ParameterizedTest
  @MethodSource("namesOfOurs")
  void encode_ofAValidRecordWritesTheSameBytes(String name) throws IOException {
    assertThat(RecordCodec.encode(record(expected(name)))).isEqualTo(bytes(name));
  }

  @ParameterizedTest
  @MethodSource("namesWithMeta")
  void meta_hasTheKeysAsTheCallerGaveThem(String name) throws IOException {
    JsonNode expected = expected(name);

    assertThat(record(expected).keyed(Header.META_PREFIX)).isEqualTo(strings(expected.get("meta")));
  }

  private static byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(DIRECTORY.resolve(name + ".checkpoint"));
  }

  private static JsonNode expected(String name) throws IOException {
    // As characters: Jackson refuses unpaired surrogates when it reads bytes.
    return new ObjectMapper().readTree(Files.readString(DIRECTORY.resolve(name + ".json")));
  }

  private static StageRecord record(JsonNode expected) {
    Optional<Payload> payload =
        Optional.ofNullable(expected.get("payload"))
            .map(
                node ->
                    Payload.of(
                        node.get("contentType").asText(),
                        HexFormat.of().parseHex(node.get("hex").asText())));
    return new StageRecord(
        State.valueOf(expected.get("state").asText()), strings(expected.get("headers")), payload);
  }

  private static Map<String, String> strings(JsonNode object) {
    var strings = new LinkedHashMap<String, String>();
    object.properties().forEach(e -> strings.put(e.getKey(), e.getValue().asText()));
    return strings;
  }
}
