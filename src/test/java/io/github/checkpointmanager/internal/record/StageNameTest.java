package io.github.checkpointmanager.internal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.testing.Generator;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StageNameTest {
  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "data_ingestion,data_ingestion",
        "Train-2.0,Train-2.0",
        "two words,two words",
        " x ,%20x%20",
        ". .,%2E %2E",
        ".hidden,%2Ehidden",
        "end.,end%2E",
        ".,%2E",
        "..,%2E%2E",
        "...,%2E.%2E",
        "../x,%2E.%2Fx",
        "a/b,a%2Fb",
        "a\\b,a%5Cb",
        "a%2Fb,a%252Fb",
        "ü,%C3%BC",
        "\u00e9,%C3%A9",
        "e\u0301,e%CC%81",
        "🐧,%F0%9F%90%A7",
        "\u0000,%00",
        "a:b*?\"<>|,a%3Ab%2A%3F%22%3C%3E%7C",
        "x.checkpoint,x.checkpoint",
        ".probe-1,%2Eprobe-1",
        "pipeline.manifest,pipeline.manifest",
        "CON,CON"
      })
  void keysAreAsSpecifiedAndReadBack(String stage, String segment) {
    assertThat(StageName.checkpointKey(stage)).isEqualTo(segment + ".checkpoint");
    assertThat(StageName.claimKey(stage)).isEqualTo(segment + ".claim");
    assertThat(StageName.ofCheckpointKey(segment + ".checkpoint")).contains(stage);
    assertThat(StageName.ofClaimKey(segment + ".claim")).contains(stage);
  }

  @Test
  void aLineBreakIsEncoded() {
    assertThat(StageName.checkpointKey("a\r\nb")).isEqualTo("a%0D%0Ab.checkpoint");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".checkpoint",
        "checkpoint",
        "x",
        "x.claim",
        "x.CHECKPOINT",
        "x.checkpoint/",
        "x.checkpoint ",
        "a/b.checkpoint",
        "../x.checkpoint",
        "..checkpoint",
        "...checkpoint",
        ".hidden.checkpoint",
        " x.checkpoint",
        "x .checkpoint",
        "ü.checkpoint",
        "%c3%bc.checkpoint",
        "%41.checkpoint",
        "a%20b.checkpoint",
        "a%2Eb.checkpoint",
        "%.checkpoint",
        "%4.checkpoint",
        "%zz.checkpoint",
        "%FF.checkpoint",
        "%C0%AF.checkpoint",
        "%ED%A0%80.checkpoint",
        "a+b.checkpoint",
        "a~.checkpoint",
        "pipeline.manifest",
        "rollback.journal",
        ".probe-0123"
      })
  void aKeyThatIsNotCanonicalIsNobodys(String key) {
    assertThat(StageName.ofCheckpointKey(key)).isEmpty();
  }

  @Test
  void aCheckpointIsNoClaimAndAClaimNoCheckpoint() {
    assertThat(StageName.ofClaimKey("x.checkpoint")).isEmpty();
    assertThat(StageName.ofCheckpointKey("x.claim")).isEmpty();
    assertThat(StageName.ofCheckpointKey("x.claim.checkpoint")).contains("x.claim");
    assertThat(StageName.ofClaimKey("x.checkpoint.claim")).contains("x.checkpoint");
  }

  @Test
  void anEmptyNameIsRefused() {
    assertThatThrownBy(() -> StageName.checkpointKey(""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The stage name cannot be used: it is empty. Give the stage a name of at least one"
                + " character.");
    assertThatThrownBy(() -> StageName.claimKey("")).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud800", "a\udc00b", "\udc00\ud800"})
  void halfACharacterIsRefused(String stage) {
    assertThatThrownBy(() -> StageName.checkpointKey(stage))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The stage name '")
        .hasMessageContaining("\\u{D")
        .hasMessageContaining("it has an unpaired surrogate")
        .hasMessageEndingWith("Give the stage a name of whole Unicode characters.");
  }

  @Test
  void everyNameRoundTrips() {
    Generator.forAll(
        1000,
        StageNameTest::name,
        stage -> {
          assertThat(StageName.ofCheckpointKey(StageName.checkpointKey(stage))).contains(stage);
          assertThat(StageName.ofClaimKey(StageName.claimKey(stage))).contains(stage);
        });
  }

  @Test
  void everyKeyIsOneSegmentThatCannotLeaveThePrefix() {
    Generator.forAll(
        1000,
        StageNameTest::name,
        stage ->
            assertThat(StageName.checkpointKey(stage))
                .matches(
                    "(?:[A-Za-z0-9_-]|%[0-9A-F]{2})(?:[A-Za-z0-9 ._-]|%[0-9A-F]{2})*[.]checkpoint")
                .doesNotMatch(".*[ .][.]checkpoint"));
  }

  @Test
  void differentNamesHaveDifferentKeys() {
    Generator.forAll(
        1000, StageNameTest::name, StageNameTest::name, StageNameTest::assertKeysDifferAsNamesDo);
  }

  /** Names that a file system or a reader may take for the same. */
  @Test
  void namesThatLookAlikeHaveDifferentKeys() {
    Generator.forAll(
        1000,
        generator -> {
          String start = generator.pick(List.of("e\u0301", "\u00e9", "e", "E"));
          String name = start + generator.wellFormedText(0, 4);
          return List.of(name, lookalike(name, generator));
        },
        names -> assertKeysDifferAsNamesDo(names.get(0), names.get(1)));
  }

  private static String lookalike(String name, Generator generator) {
    return switch (generator.between(0, 4)) {
      case 0 -> Normalizer.normalize(name, Normalizer.Form.NFC);
      case 1 -> Normalizer.normalize(name, Normalizer.Form.NFD);
      case 2 -> name.toLowerCase(Locale.ROOT);
      case 3 -> name.toUpperCase(Locale.ROOT);
      default -> name + " ";
    };
  }

  private static void assertKeysDifferAsNamesDo(String one, String two) {
    assertThat(StageName.checkpointKey(one).equals(StageName.checkpointKey(two)))
        .isEqualTo(one.equals(two));
  }

  @Test
  void aKeyThatReadsAsAStageIsExactlyThatStagesKey() {
    Generator.forAll(
        1000,
        StageNameTest::name,
        text -> {
          String key = text + ".checkpoint";

          StageName.ofCheckpointKey(key)
              .ifPresent(stage -> assertThat(StageName.checkpointKey(stage)).isEqualTo(key));
        });
  }

  private static String name(Generator generator) {
    return generator.wellFormedText(1, 24);
  }
}
