package io.github.checkpointmanager.internal.record;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The text form of a record, as {@code docs/FORMAT.md} specifies it. Pure functions.
 *
 * <p>A record has one form only: whatever decodes as valid and has a write id encodes to the same
 * bytes again.
 */
public final class RecordCodec {
  /** The format that is written, and the highest that is read. */
  public static final int FORMAT = 1;

  /** The most bytes of a head: surely within the first 64 KiB of an object, which reads ask for. */
  public static final int MAX_HEAD_BYTES = 60 * 1024;

  private static final Set<String> DERIVED =
      Set.of(
          Header.FORMAT,
          Header.CONTENT_TYPE,
          Header.CONTENT_LENGTH,
          Header.CONTENT_CHECKSUM,
          Header.CHECKSUM);

  private RecordCodec() {}

  /**
   * The bytes of a record. {@code Write-Id} comes first of the headers, wherever it is in the
   * record.
   *
   * @throws IllegalArgumentException when the record cannot be written: no write id, a header name
   *     that is no token or that the codec writes itself, a head of more than {@link
   *     #MAX_HEAD_BYTES}, a payload that was not read; the message says which and what to do
   */
  public static byte[] encode(StageRecord record) {
    byte[] payload = payloadOf(record);
    var head = new StringBuilder();
    head.append(record.state().name()).append('\n');
    appendHeader(head, Header.WRITE_ID, requireWriteId(record));
    for (Map.Entry<String, String> header : record.headers().entrySet()) {
      requireWritable(header.getKey());
      if (!header.getKey().equals(Header.WRITE_ID)) {
        appendHeader(head, header.getKey(), header.getValue());
      }
    }
    record
        .payload()
        .ifPresent(
            content -> {
              appendHeader(head, Header.CONTENT_TYPE, content.contentType());
              appendHeader(head, Header.CONTENT_LENGTH, Integer.toString(payload.length));
              appendHeader(
                  head, Header.CONTENT_CHECKSUM, Crc32cText.of(payload, 0, payload.length));
            });
    byte[] covered = head.toString().getBytes(StandardCharsets.UTF_8);
    appendHeader(head, Header.CHECKSUM, Crc32cText.of(covered, 0, covered.length));
    if (record.payload().isPresent()) {
      head.append('\n');
    }
    return join(head.toString().getBytes(StandardCharsets.UTF_8), payload);
  }

  /** Reads a whole object; verifies head and payload. Never throws for any bytes. */
  public static Decoded decode(byte[] whole) {
    return RecordParser.parse(whole, whole.length, true);
  }

  /**
   * Reads the first bytes of an object; verifies the head, that {@code totalSize} fits the
   * announced payload, and the payload too if it is there whole. The record's payload is described
   * and has no bytes. Never throws for any bytes.
   *
   * @param head the first bytes, the whole object if that is shorter
   * @param totalSize the size of the whole object
   */
  public static Decoded decodeHead(byte[] head, long totalSize) {
    return RecordParser.parse(head, totalSize, false);
  }

  private static void appendHeader(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(HeaderEscape.escape(value)).append('\n');
  }

  private static byte[] payloadOf(StageRecord record) {
    return record
        .payload()
        .map(
            payload ->
                payload
                    .bytes()
                    .orElseThrow(
                        () ->
                            unwritable(
                                "its payload was described but not read. Read the whole record"
                                    + " first.")))
        .orElseGet(() -> new byte[0]);
  }

  private static String requireWriteId(StageRecord record) {
    return record
        .writeId()
        .filter(WriteId::isOne)
        .orElseThrow(
            () ->
                unwritable(
                    "it has no header Write-Id of 32 lower-case hexadecimal digits. Draw one with"
                        + " WriteId.draw()."));
  }

  private static IllegalArgumentException unwritable(String why) {
    return new IllegalArgumentException("The record cannot be written: " + why);
  }

  private static void requireWritable(String name) {
    if (!Header.isToken(name)) {
      throw new IllegalArgumentException(
          "The header "
              + LogSafe.quoted(name)
              + " cannot be written: a header name consists of A-Z, a-z, 0-9 and . _ - % only. For"
              + " metadata of any name use Header.meta(key).");
    }
    if (DERIVED.contains(name)) {
      throw new IllegalArgumentException(
          "The header "
              + name
              + " cannot be set: it is derived when the record is written. Leave it out.");
    }
  }

  private static byte[] join(byte[] head, byte[] payload) {
    if (head.length > MAX_HEAD_BYTES) {
      String sizes = head.length + " bytes, and " + MAX_HEAD_BYTES + " are allowed";
      throw unwritable("its headers take " + sizes + ". Put large metadata into the payload.");
    }
    if (payload.length > Integer.MAX_VALUE - 8 - head.length) {
      throw unwritable(
          "with its payload of "
              + payload.length
              + " bytes it is larger than 2 GiB. Store the data elsewhere and keep its address in"
              + " the checkpoint.");
    }
    var whole = new byte[head.length + payload.length];
    System.arraycopy(head, 0, whole, 0, head.length);
    System.arraycopy(payload, 0, whole, head.length, payload.length);
    return whole;
  }

  /** What bytes turned out to be. */
  public sealed interface Decoded {
    /** A valid record. */
    record Valid(StageRecord record) implements Decoded {}

    /** Whole bytes that are no valid record: never counts as completed, and may be repaired. */
    record Damaged(String reason) implements Decoded {}

    /** Maybe a valid record, but not for this reader (format, key): an error, never repaired. */
    record Unreadable(String reason) implements Decoded {}
  }

  /**
   * Checksums as they are written in a record: {@code crc32c:} and eight lower-case hexadecimal
   * digits of CRC-32C (Castagnoli, RFC 3720 appendix B.4).
   */
  static final class Crc32cText {
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
}
