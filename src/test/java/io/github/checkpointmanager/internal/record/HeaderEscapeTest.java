package io.github.checkpointmanager.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
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

  @Property
  void everyTextRoundTrips(@ForAll("texts") String text) {
    assertThat(HeaderEscape.unescape(HeaderEscape.escape(text))).contains(text);
  }

  @Property
  void whateverUnescapesEscapesToTheSameLine(@ForAll("texts") String line) {
    HeaderEscape.unescape(line)
        .ifPresent(value -> assertThat(HeaderEscape.escape(value)).isEqualTo(line));
  }

  @Provide
  Arbitrary<String> texts() {
    return HostileText.texts();
  }
}
