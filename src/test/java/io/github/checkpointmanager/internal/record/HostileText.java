package io.github.checkpointmanager.internal.record;

import static java.nio.charset.StandardCharsets.UTF_16BE;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/** Texts made mostly of the characters that break formats, names and terminals. */
final class HostileText {
  private HostileText() {}

  /** Any sequence of {@code char}s, unpaired surrogates too. */
  static Arbitrary<String> texts() {
    Arbitrary<Character> characters =
        Arbitraries.frequencyOf(
            Tuple.of(
                3,
                Arbitraries.of(
                    '\n', '\r', '\t', '\\', '\0', '\u001b', '\u007f', '\u0080', '\u0085', '\u009f',
                    '\u00a0', '\u2028', '\u2029', '\u202e', '\u2066', '\u200d', '\ufeff', '\uffff',
                    '\ud800', '\udbff', '\udc00', '\udfff', ' ', '.', '/', '%', ':', '{', '}', 'u',
                    'n', '2', 'F', 'é', '\u0301')),
            Tuple.of(1, Arbitraries.chars().all()),
            Tuple.of(1, Arbitraries.chars().ascii()));
    return characters.list().ofMaxSize(24).map(HostileText::join);
  }

  /** Texts that have a UTF-8 form. */
  static Arbitrary<String> wellFormed() {
    return texts().map(text -> new String(text.getBytes(UTF_16BE), UTF_16BE));
  }

  private static String join(List<Character> characters) {
    var text = new StringBuilder();
    characters.forEach(text::append);
    return text.toString();
  }
}
