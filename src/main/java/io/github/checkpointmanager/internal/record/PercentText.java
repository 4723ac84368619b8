package io.github.checkpointmanager.internal.record;

import io.github.checkpointmanager.internal.record.Head.StrictUtf8;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Unicode text in a small set of characters: those that may stay literal do, everything else is
 * {@code %XX}, upper case, of its UTF-8 bytes (as RFC 3986, section 2.1). Nothing is normalised, so
 * that different texts stay different.
 */
final class PercentText {
  private static final String HEX = "0123456789ABCDEF";

  private PercentText() {}

  /** Decides for each character of a text whether it may stay literal; asked for ASCII only. */
  @FunctionalInterface
  interface Literal {
    boolean test(char c, int index, int length);
  }

  /** {@code A–Z a–z 0–9 . _ -} */
  static boolean isPlain(char c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-';
  }

  /** The encoded text; empty when the text has an unpaired surrogate, which has no UTF-8. */
  static Optional<String> encode(String text, Literal literal) {
    ByteBuffer utf8;
    try {
      utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException unpairedSurrogate) {
      return Optional.empty();
    }
    int length = utf8.remaining();
    var encoded = new StringBuilder(length + 16);
    for (int i = 0; i < length; i++) {
      int b = utf8.get() & 0xFF;
      if (b < 0x80 && literal.test((char) b, i, length)) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(HEX.charAt(b >> 4)).append(HEX.charAt(b & 0xF));
      }
    }
    return Optional.of(encoded.toString());
  }

  /** The text that {@link #encode} makes into exactly this; empty when there is none. */
  static Optional<String> decode(String encoded, Literal literal) {
    var utf8 = ByteBuffer.allocate(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%' && i + 2 < encoded.length()) {
        int high = HEX.indexOf(encoded.charAt(i + 1));
        int low = HEX.indexOf(encoded.charAt(i + 2));
        if (high < 0 || low < 0) {
          return Optional.empty();
        }
        utf8.put((byte) (high << 4 | low));
        i += 2;
      } else if (c < 0x80) {
        utf8.put((byte) c);
      } else {
        return Optional.empty();
      }
    }
    return StrictUtf8.read(utf8.array(), 0, utf8.position())
        .filter(text -> encode(text, literal).equals(Optional.of(encoded)));
  }
}
