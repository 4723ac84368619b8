package io.github.checkpointmanager.internal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.testing.Generator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderTest {
  @ParameterizedTest
  @CsvSource({
    "ticket,Meta.ticket",
    "a.b_c-1,Meta.a.b_c-1",
    "two words,Meta.two%20words",
    "ü,Meta.%C3%BC",
    "100%,Meta.100%25",
    "k=v,Meta.k%3Dv",
    "🐧,Meta.%F0%9F%90%A7"
  })
  void meta_writesTheKeyAsAToken(String key, String header) {
    assertThat(Header.meta(key)).isEqualTo(header);
    assertThat(Header.keyOf(Header.META_PREFIX, header)).contains(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Meta.",
        "Meta",
        "meta.a",
        "User",
        "Input.a",
        "Meta.%",
        "Meta.%2",
        "Meta.%zz",
        "Meta.%2d",
        "Meta.%2D",
        "Meta.a b",
        "Meta.ü",
        "Meta.%FF",
        "Meta.%C0%80",
        "Meta.%ED%A0%80"
      })
  void metaKey_ofWhatMetaDoesNotWrite_isEmpty(String header) {
    assertThat(Header.keyOf(Header.META_PREFIX, header)).isEmpty();
  }

  @Test
  void input_isReadBackByInputName() {
    assertThat(Header.input("learning rate")).isEqualTo("Input.learning%20rate");
    assertThat(Header.keyOf(Header.INPUT_PREFIX, "Input.learning%20rate"))
        .contains("learning rate");
  }

  @Test
  void meta_ofAnEmptyKey_isRefused() {
    assertThatThrownBy(() -> Header.meta(""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The metadata cannot be recorded: its key is empty. Give it a key.");
  }

  @Test
  void meta_ofHalfACharacter_isRefused() {
    assertThatThrownBy(() -> Header.meta("a\ud800"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The metadata 'a\\u{D800}' cannot be recorded: its key has an unpaired surrogate, which"
                + " is half a character. Give it a key of whole Unicode characters.");
  }

  @Test
  void everyKeyRoundTripsAsAToken() {
    Generator.forAll(
        1000,
        generator -> generator.wellFormedText(1, 24),
        key -> {
          String header = Header.meta(key);

          assertThat(Header.isToken(header)).isTrue();
          assertThat(Header.keyOf(Header.META_PREFIX, header)).contains(key);
        });
  }

  @Test
  void textThatReadsAsAKeyIsWrittenTheSame() {
    Generator.forAll(
        2000,
        HeaderTest::keyText,
        text ->
            Header.keyOf(Header.META_PREFIX, "Meta." + text)
                .ifPresent(key -> assertThat(Header.meta(key)).isEqualTo("Meta." + text)));
  }

  /** Hostile text, or text of an escape's characters, of which some reads as a key. */
  private static String keyText(Generator generator) {
    return generator.chance(2)
        ? generator.wellFormedText(1, 24)
        : generator.text("%%2c3D5fF0aZ.-", 1, 6);
  }
}
