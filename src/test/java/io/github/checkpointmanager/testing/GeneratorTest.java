package io.github.checkpointmanager.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GeneratorTest {
  private static List<String> drawn(String seed, int tries) {
    List<String> values = new ArrayList<>();
    Generator.forAll(seed, tries, generator -> generator.hostileText(0, 8), values::add);
    return values;
  }

  @Test
  void aSeed_drawsTheSameValuesEachTime_andAnotherDrawsOthers() {
    assertThat(drawn("7", 100))
        .hasSize(100)
        .isEqualTo(drawn("7", 100))
        .isNotEqualTo(drawn("8", 100));
  }

  @Test
  void theFirstCases_areTheEdges() {
    List<Long> numbers = new ArrayList<>();
    Generator.forAll("1", 3, generator -> generator.between(-2L, 200L), numbers::add);

    assertThat(drawn("1", 3)).extracting(String::length).containsExactly(0, 1, 8);
    assertThat(numbers).containsExactly(-2L, -1L, 200L);
  }

  @Test
  void numbers_areAllThatAreAllowedAndNoOthers() {
    List<Integer> numbers = new ArrayList<>();
    Generator.forAll("1", 1000, generator -> generator.between(3, 12), numbers::add);

    assertThat(numbers).contains(3, 4, 5, 6, 7, 8, 9, 10, 11, 12).allMatch(n -> n >= 3 && n <= 12);
  }

  @Test
  void hostileTexts_haveUnpairedSurrogates_andWellFormedOnesHaveNone() {
    List<String> wellFormed = new ArrayList<>();
    Generator.forAll("1", 1000, generator -> generator.wellFormedText(0, 8), wellFormed::add);

    assertThat(drawn("1", 1000)).anyMatch(text -> !isWellFormed(text));
    assertThat(wellFormed)
        .allMatch(GeneratorTest::isWellFormed)
        .anyMatch(text -> text.contains("\0"));
  }

  private static boolean isWellFormed(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  @Test
  void aFailure_saysHowToReplayIt_andTheReplayFailsTheSame() {
    assertThatThrownBy(() -> failFromLength("5", 6))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("-Dcheckpoint.test.seed=5:2")
        .hasMessageContaining("value: " + "#".repeat(9))
        .hasMessageContaining("too long");
    assertThatThrownBy(() -> failFromLength("5:2", 6)).hasMessageContaining("seed=5:2");
    failFromLength("5:1", 6);
  }

  private static void failFromLength(String seed, int length) {
    Generator.forAll(
        seed,
        100,
        generator -> generator.text("#", 0, 9),
        text -> assertThat(text.length()).as("too long").isLessThan(length));
  }

  @Test
  void aFailure_showsItsValueInAscii() {
    assertThatThrownBy(
            () ->
                Generator.forAll(
                    1,
                    generator -> "\u001bé",
                    generator -> new byte[] {1, (byte) 0xFF},
                    (text, bytes) -> {
                      throw new IllegalStateException("no");
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("value: \\u001b\\u00e9, 0x01ff")
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }
}
