package io.github.checkpointmanager.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.checkpointmanager.internal.record.RecordCodec.Crc32cText;
import java.io.ByteArrayOutputStream;

/** Puts a right checksum under any head, so that what is wrong in it is all that is wrong. */
final class Sealed {
  static final String WRITE_ID = "0123456789abcdef0123456789abcdef";

  private Sealed() {}

  /** The head, its {@code Checksum} line, and what follows. */
  static byte[] head(String head, String rest) {
    byte[] covered = head.getBytes(UTF_8);
    var whole = new ByteArrayOutputStream();
    whole.writeBytes(covered);
    whole.writeBytes(
        ("Checksum: " + Crc32cText.of(covered, 0, covered.length) + "\n" + rest).getBytes(UTF_8));
    return whole.toByteArray();
  }

  static byte[] head(String head) {
    return head(head, "");
  }
}
