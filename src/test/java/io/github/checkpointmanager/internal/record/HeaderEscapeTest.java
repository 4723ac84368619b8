package io.github.checkpointmanager.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.testing.Generator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderEscapeTest {
  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of("a\nb", "a\\nb"),
        Arguments.of("a\rb", "a\\rb"),
        Arguments.of("a\tb", "a\\tb"),
        Arguments.of("a\\b", "a\\\\b"),
        Arguments.of("\\n", "\\\\n"),
        Arguments.of("\u001b[31m", "\\u{1B}[31m"),
        Arguments.of("\u0085", "\\u{85}"),
        Arguments.of("\u2028\u2029", "\\u{2028}\\u{2029}"),
        Arguments.of("\u202e", "\\u{202E}"),
        Arguments.of("\ud83d", "\\u{D83D}"),
        Arguments.of("🐧", "🐧"),
        Arguments.of("é", "é"),
        Arguments.of(" x ", " x "));
  }

  @ParameterizedTest
  @MethodSource("values")
  void escape_writesAsSpecifiedAndUnescapeReadsItBack(String value, String line) {
    assertThat(HeaderEscape.escape(value)).isEqualTo(line);
    assertThat(HeaderEscape.unescape(line)).contains(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\",
        "\\x",
        "\\N",
        "\\u",
        "\\u{",
        "\\u{}",
        "\\u{41}",
        "\\u{1b}",
        "\\u{01B}",
        "\\u{A}",
        "\\u{5C}",
        "\\u{1F427}",
        "\\u{FFFFFFFFF}",
        "\\u{-1}",
        "\\u{D83D}\\u{DC27}",
        "tab\t",
        "esc\u001b",
        "next line\u0085"
      })
  void unescape_ofWhatEscapeDoesNotWrite_isEmpty(String line) {
    assertThat(HeaderEscape.unescape(line)).isEmpty();
  }

  @Test
  void everyTextRoundTrips() {
    Generator.forAll(
        1000,
        generator -> generator.hostileText(0, 24),
        text -> assertThat(HeaderEscape.unescape(HeaderEscape.escape(text))).contains(text));
  }

  @Test
  void aLineThatUnescapes_isWhatItsValueEscapesTo() {
    Generator.forAll(
        4000,
        HeaderEscapeTest::line,
        line ->
            HeaderEscape.unescape(line)
                .ifPresent(value -> assertThat(HeaderEscape.escape(value)).isEqualTo(line)));
  }

  /** Hostile text, or pieces of escapes, of which some unescape. */
  private static String line(Generator generator) {
    return generator.chance(2)
        ? generator.hostileText(0, 24)
        : String.join("", generator.list(0, 3, HeaderEscapeTest::piece));
  }

  private static String piece(Generator generator) {
    return generator.chance(2)
        ? "\\u{" + generator.text("0123489ABDFabf", 0, 5) + "}"
        : generator.pick(List.of("\\n", "\\r", "\\t", "\\\\", "\\x", "\\", "a", "\n", "\ud83d"));
  }
}
