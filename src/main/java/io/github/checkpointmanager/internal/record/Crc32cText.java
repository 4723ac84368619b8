package io.github.checkpointmanager.internal.record;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Checksums as they are written in a record: {@code crc32c:} and eight lower-case hexadecimal
 * digits of CRC-32C (Castagnoli, RFC 3720 appendix B.4).
 */
final class Crc32cText {
  private static final Pattern FORM = Pattern.compile("crc32c:[0-9a-f]{8}");

  private Crc32cText() {}

  static String of(byte[] bytes, int offset, int length) {
    var crc = new CRC32C();
    crc.update(bytes, offset, length);
    return String.format(Locale.ROOT, "crc32c:%08x", crc.getValue());
  }

  static boolean isOne(String text) {
    return FORM.matcher(text).matches();
  }
}
