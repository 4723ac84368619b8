package io.github.checkpointmanager.internal.record;

import io.github.checkpointmanager.internal.record.RecordCodec.Crc32cText;
import io.github.checkpointmanager.internal.record.RecordParser.DamagedRecordException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The verified text of a record's head: the bytes before its {@code Checksum} line.
 *
 * @param lines the state and the headers, still escaped
 * @param end where the head ends: after the line feed of the {@code Checksum} line
 */
record Head(List<String> lines, int end) {
  private static final byte[] CHECKSUM = (Header.CHECKSUM + ": ").getBytes(StandardCharsets.UTF_8);
  private static final Pattern STATE_WORD = Pattern.compile("[A-Z]{1,32}");

  /** Finds the end of the head and verifies its checksum. */
  static Head read(byte[] bytes) throws DamagedRecordException {
    int limit = Math.min(bytes.length, RecordCodec.MAX_HEAD_BYTES);
    int lineStart = 0;
    while (true) {
      int lineEnd = indexOfLineFeed(bytes, lineStart, limit);
      if (lineStart == 0) {
        requireStateWord(bytes, lineEnd < 0 ? limit : lineEnd);
      }
      if (lineEnd < 0) {
        throw new DamagedRecordException(
            limit < bytes.length
                ? "its head does not end within the first " + limit + " bytes"
                : "it is cut off after " + bytes.length + " bytes, inside its head");
      }
      if (lineEnd == lineStart) {
        throw new DamagedRecordException("its head ends without a Checksum line");
      }
      if (isChecksum(bytes, lineStart, lineEnd)) {
        return verified(bytes, lineStart, lineEnd);
      }
      lineStart = lineEnd + 1;
    }
  }

  private static Head verified(byte[] bytes, int checksumLine, int lineEnd)
      throws DamagedRecordException {
    int valueStart = checksumLine + CHECKSUM.length;
    String stated = StrictUtf8.read(bytes, valueStart, lineEnd - valueStart).orElse("");
    if (!Crc32cText.isOne(stated)) {
      throw new DamagedRecordException("its Checksum line is malformed");
    }
    String actual = Crc32cText.of(bytes, 0, checksumLine);
    if (!actual.equals(stated)) {
      throw new DamagedRecordException(
          "its head does not match its checksum: stated " + stated + ", actual " + actual);
    }
    // Without the last line feed, so that there is no empty line after it.
    String text =
        StrictUtf8.read(bytes, 0, checksumLine - 1)
            .orElseThrow(() -> new DamagedRecordException("its head is not UTF-8"));
    return new Head(List.of(text.split("\n", -1)), lineEnd + 1);
  }

  /** Said first, so that an HTML page or a picture is not called a record that was cut off. */
  private static void requireStateWord(byte[] bytes, int end) throws DamagedRecordException {
    String line = StrictUtf8.read(bytes, 0, Math.min(end, 64)).orElse("");
    Matcher word = STATE_WORD.matcher(line);
    if (word.matches()) {
      return;
    }
    throw new DamagedRecordException(
        word.lookingAt() && line.substring(word.end()).equals("\r")
            ? "its lines end in CR LF: something has converted it"
            : "its first line is not a state");
  }

  private static boolean isChecksum(byte[] bytes, int start, int end) {
    int nameEnd = start + CHECKSUM.length;
    return nameEnd <= end && Arrays.equals(bytes, start, nameEnd, CHECKSUM, 0, CHECKSUM.length);
  }

  static int indexOfLineFeed(byte[] bytes, int from, int limit) {
    for (int i = from; i < limit; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** UTF-8 that is refused, not replaced, where it is malformed. */
  static final class StrictUtf8 {
    private StrictUtf8() {}

    static Optional<String> read(byte[] bytes, int offset, int length) {
      try {
        return Optional.of(
            StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes, offset, length))
                .toString());
      } catch (CharacterCodingException malformed) {
        return Optional.empty();
      }
    }
  }
}
