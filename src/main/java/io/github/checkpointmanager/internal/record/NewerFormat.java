package io.github.checkpointmanager.internal.record;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of the format that no later version changes: a record that an older reader must refuse
 * begins with one word in upper case, and its second line is {@code Format: N}. It is looked at
 * before any checksum, because a later format may have another kind of checksum.
 */
final class NewerFormat {
  private static final int LONGEST = 128;
  private static final Pattern FORM =
      Pattern.compile("[A-Z]{1,32}\\n" + Header.FORMAT + ": (?<version>[1-9][0-9]{0,17})\\n");

  private NewerFormat() {}

  /** The version of a format that this reader does not know. */
  static Optional<Long> of(byte[] bytes) {
    String start = latin1(bytes, Math.min(bytes.length, LONGEST));
    Matcher form = FORM.matcher(start);
    return form.lookingAt()
        ? Optional.of(Long.valueOf(form.group("version"))).filter(v -> v > RecordCodec.FORMAT)
        : Optional.empty();
  }

  private static String latin1(byte[] bytes, int length) {
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }
}
