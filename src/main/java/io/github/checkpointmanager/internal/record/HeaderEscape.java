package io.github.checkpointmanager.internal.record;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Header values on one line: characters that could break a line, move a terminal's cursor or turn
 * its direction, and the backslash itself, are escaped; everything else is literal. The set never
 * changes (it does not follow the JDK's Unicode version), because a record is valid only in its one
 * canonical form.
 */
public final class HeaderEscape {
  private static final Pattern ESCAPED = Pattern.compile("\\\\(?:[nrt\\\\]|u\\{[0-9A-F]{1,4}\\})");

  private HeaderEscape() {}

  public static String escape(String value) {
    var line = new StringBuilder(value.length() + 16);
    for (int i = 0; i < value.length(); ) {
      int c = value.codePointAt(i);
      i += Character.charCount(c);
      switch (c) {
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        case '\t' -> line.append("\\t");
        case '\\' -> line.append("\\\\");
        default -> {
          if (mustEscape(c)) {
            line.append("\\u{").append(Integer.toHexString(c).toUpperCase(Locale.ROOT)).append('}');
          } else {
            line.appendCodePoint(c);
          }
        }
      }
    }
    return line.toString();
  }

  /** The value that {@link #escape} makes into exactly this line; empty when there is none. */
  static Optional<String> unescape(String line) {
    String value =
        ESCAPED.matcher(line).replaceAll(m -> Matcher.quoteReplacement(character(m.group())));
    // Whatever is not canonical, a stray backslash too, comes out different.
    return escape(value).equals(line) ? Optional.of(value) : Optional.empty();
  }

  private static String character(String escaped) {
    return switch (escaped.charAt(1)) {
      case 'n' -> "\n";
      case 'r' -> "\r";
      case 't' -> "\t";
      case 'u' -> Character.toString(Integer.parseInt(escaped, 3, escaped.length() - 1, 16));
      default -> "\\";
    };
  }

  /** The escaped ones besides the backslash; {@code docs/FORMAT.md} has the same table. */
  static boolean mustEscape(int c) {
    return c < 0x20 // C0: line feed, escape, …
        || (c >= 0x7F && c <= 0x9F) // delete, C1 (U+0085 is a line break)
        || (c >= 0x2028 && c <= 0x202E) // line and paragraph separator, bidirectional embedding
        || (c >= 0x2066 && c <= 0x2069) // bidirectional isolates
        || (c >= 0xD800 && c <= 0xDFFF); // an unpaired surrogate, which has no UTF-8
  }
}
