package io.github.checkpointmanager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.RecordCodec;
import io.github.checkpointmanager.internal.record.RecordCodec.Decoded;
import io.github.checkpointmanager.internal.record.StageRecord;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.internal.record.WriteId;
import io.github.checkpointmanager.testing.Generator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The canonical form: the same components, however they are given, and only they. */
class FingerprintTest {
  /** Few characters, among them those of the form itself, so that near misses are tried. */
  private static Map<String, String> components(Generator generator) {
    Map<String, String> components = new LinkedHashMap<>();
    for (String name : generator.list(0, 4, g -> g.text("ab.:- %\n", 1, 4))) {
      components.put(name, generator.text("abn.: \\\n\uD800é", 0, 5));
    }
    return components;
  }

  @Test
  void digest_doesNotDependOnTheOrder() {
    Generator.forAll(
        1000,
        FingerprintTest::components,
        Generator::anyLong,
        (components, seed) -> {
          List<String> names = new ArrayList<>(components.keySet());
          Collections.shuffle(names, new Random(seed));
          Map<String, String> shuffled = new LinkedHashMap<>();
          names.forEach(name -> shuffled.put(name, components.get(name)));

          assertThat(Fingerprint.of(shuffled).digest())
              .isEqualTo(Fingerprint.of(components).digest());
          assertThat(Fingerprint.of(shuffled)).isEqualTo(Fingerprint.of(components));
        });
  }

  /** Half of the pairs are so small that some of them are equal or nearly so. */
  @Test
  void digest_isAnotherForOtherComponents() {
    Generator.forAll(
        4000,
        generator ->
            generator.chance(2)
                ? List.of(small(generator), small(generator))
                : List.of(components(generator), components(generator)),
        pair -> {
          Map<String, String> one = pair.get(0);
          Map<String, String> other = pair.get(1);

          assertThat(Fingerprint.of(one).digest().equals(Fingerprint.of(other).digest()))
              .isEqualTo(one.equals(other));
        });
  }

  private static Map<String, String> small(Generator generator) {
    Map<String, String> components = new LinkedHashMap<>();
    for (String name : generator.list(0, 2, g -> g.pick(List.of("a", ":")))) {
      components.put(name, generator.text(" n\n:", 0, 1));
    }
    return components;
  }

  /** As {@code grep '^Input\.' | LC_ALL=C sort | sha256sum} does it. */
  @Test
  void digest_isThatOfTheRecordsLinesSortedByTheirBytes() {
    Generator.forAll(
        1000, FingerprintTest::components, FingerprintTest::assertIsDigestOfSortedLines);
  }

  private static void assertIsDigestOfSortedLines(Map<String, String> components) throws Exception {
    Fingerprint fingerprint = Fingerprint.of(components);
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(Header.WRITE_ID, WriteId.draw());
    headers.putAll(fingerprint.headers());
    String record =
        new String(
            RecordCodec.encode(new StageRecord(State.COMPLETED, headers, Optional.empty())), UTF_8);
    List<byte[]> lines =
        record
            .lines()
            .filter(line -> line.startsWith("Input."))
            .map(line -> (line + "\n").getBytes(UTF_8))
            .sorted(java.util.Arrays::compareUnsigned)
            .toList();
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    lines.forEach(sha256::update);

    assertThat(fingerprint.digest())
        .isEqualTo("sha256:" + HexFormat.of().formatHex(sha256.digest()));
  }

  @Test
  void digest_doesNotRunTogether() {
    assertThat(Fingerprint.of(Map.of("a", "b\nInput.c: d")).digest())
        .isNotEqualTo(Fingerprint.of(Map.of("a", "b", "c", "d")).digest());
    assertThat(Fingerprint.of(Map.of("a: b", "c")).digest())
        .isNotEqualTo(Fingerprint.of(Map.of("a", "b: c")).digest());
  }

  /** Computed by a shell, and never to change. */
  @Test
  void digest_neverChanges() {
    assertThat(Fingerprint.of(Map.of()).digest())
        .isEqualTo("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(
            Fingerprint.of(Map.of("params.lr", "0.1", "code", "3f0c", "inputs.a/b", "sha256:00"))
                .digest())
        .isEqualTo("sha256:31c8f81ec3f2a50c5b34d2046bbc10d967b203d318033e1828930a2842d683bc");
  }

  /** The golden file was written by another program. */
  @Test
  void digest_isThatOfTheGoldenRecord() throws Exception {
    byte[] golden =
        Files.readAllBytes(
            Path.of("src/test/resources/golden/record/completed-pipeline.checkpoint"));
    StageRecord record = ((Decoded.Valid) RecordCodec.decode(golden)).record();

    assertThat(record.keyed(Header.INPUT_PREFIX))
        .hasSize(5)
        .containsEntry("params.note", "two\nlines");
    assertThat(record.header(Header.FINGERPRINT))
        .contains(Fingerprint.of(record.keyed(Header.INPUT_PREFIX)).digest());
    assertThat(record.keyed(Header.UPSTREAM_PREFIX)).containsKeys("ingest", "two words");
    assertThat(record.keyed(Header.OUTPUT_PREFIX).values())
        .hasSize(2)
        .allMatch(text -> ContentDigest.parse(text).isPresent());
  }

  @Test
  void names_mustBeText() {
    assertThatThrownBy(() -> Fingerprint.of(Map.of("", "x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("its key is empty");
    assertThatThrownBy(() -> Fingerprint.of(Map.of("\uD800", "x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unpaired surrogate");
  }

  @Test
  void contentDigest_isReadBackAsItWasWritten() {
    Generator.forAll(
        1000,
        generator -> generator.between(0, 999_999_999_999_999_999L),
        size -> {
          ContentDigest digest = new ContentDigest(size, "s3-version:a.B_9+/=");

          assertThat(ContentDigest.parse(digest.text())).contains(digest);
        });
  }

  @Test
  void contentDigest_ofAnotherForm_isNone() {
    assertThat(
            List.of("", "12", "-1 sha256:a", "01 sha256:a", "1  sha256:a", "1 sha256:", "1 a b:c"))
        .allMatch(text -> ContentDigest.parse(text).isEmpty());
    assertThatThrownBy(() -> new ContentDigest(1, "no digest"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
