package io.github.checkpointmanager.internal.record;

import io.github.checkpointmanager.internal.record.Head.StrictUtf8;
import io.github.checkpointmanager.internal.record.RecordCodec.Crc32cText;
import io.github.checkpointmanager.internal.record.RecordCodec.Decoded;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the bytes of a record, whole or only its first ones. Accepts nothing but what {@link
 * RecordCodec#encode} writes, byte for byte, and the forms that other tools write.
 */
final class RecordParser {
  private static final Pattern LENGTH = Pattern.compile("0|[1-9][0-9]{0,17}");
  private static final List<String> CONTENT =
      List.of(Header.CONTENT_TYPE, Header.CONTENT_LENGTH, Header.CONTENT_CHECKSUM);

  private final byte[] bytes;
  private final long totalSize;
  private final boolean keepPayload;

  private RecordParser(byte[] bytes, long totalSize, boolean keepPayload) {
    this.bytes = bytes;
    this.totalSize = totalSize;
    this.keepPayload = keepPayload;
  }

  static Decoded parse(byte[] bytes, long totalSize, boolean keepPayload) {
    try {
      return new RecordParser(bytes, totalSize, keepPayload).parse();
    } catch (DamagedRecordException e) {
      return new Decoded.Damaged(e.reason());
    }
  }

  private Decoded parse() throws DamagedRecordException {
    if (totalSize == 0) {
      throw new DamagedRecordException("it is empty (zero bytes)");
    }
    if (bytes.length > totalSize) {
      throw new DamagedRecordException(
          "it has more bytes (" + bytes.length + ") than its size (" + totalSize + ")");
    }
    if (bytes.length == totalSize) {
      Optional<StageRecord> foreign = ForeignRecord.read(bytes);
      if (foreign.isPresent()) {
        return new Decoded.Valid(foreign.get());
      }
    }
    Optional<Long> newer = NewerFormat.of(bytes);
    if (newer.isPresent()) {
      return new Decoded.Unreadable(
          "it has format "
              + newer.get()
              + ", and this version reads up to "
              + RecordCodec.FORMAT
              + ": upgrade checkpoint-manager");
    }
    Head head = Head.read(bytes);
    Optional<State> state = state(head.lines().get(0));
    if (state.isEmpty()) {
      return new Decoded.Unreadable(
          "its state "
              + head.lines().get(0)
              + " is not known to this version: upgrade checkpoint-manager");
    }
    Map<String, String> headers = headers(head.lines());
    Optional<Payload> payload = payload(headers, head.end());
    headers.keySet().removeAll(CONTENT);
    return new Decoded.Valid(new StageRecord(state.get(), headers, payload));
  }

  private static Optional<State> state(String word) {
    return Arrays.stream(State.values()).filter(s -> s.name().equals(word)).findFirst();
  }

  private static Map<String, String> headers(List<String> lines) throws DamagedRecordException {
    var headers = new LinkedHashMap<String, String>();
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.indexOf(": ");
      if (colon < 0 || !Header.isToken(line.substring(0, colon))) {
        throw new DamagedRecordException("line " + (headers.size() + 2) + " is not a header");
      }
      String name = line.substring(0, colon);
      String value =
          HeaderEscape.unescape(line.substring(colon + 2))
              .orElseThrow(
                  () -> new DamagedRecordException("the value of " + name + " is wrongly escaped"));
      if (name.equals(Header.FORMAT)) {
        throw new DamagedRecordException("it has a Format header that no version writes");
      }
      if (headers.put(name, value) != null) {
        throw new DamagedRecordException("it has the header " + name + " twice");
      }
    }
    Iterator<Map.Entry<String, String>> first = headers.entrySet().iterator();
    Map.Entry<String, String> second = first.hasNext() ? first.next() : Map.entry("", "");
    if (!second.getKey().equals(Header.WRITE_ID) || !WriteId.isOne(second.getValue())) {
      throw new DamagedRecordException("its second line is not a Write-Id");
    }
    return headers;
  }

  private Optional<Payload> payload(Map<String, String> headers, int headEnd)
      throws DamagedRecordException {
    if (CONTENT.stream().noneMatch(headers::containsKey)) {
      if (totalSize != headEnd) {
        throw new DamagedRecordException(
            (totalSize - headEnd) + " bytes follow its head, which announces no payload");
      }
      return Optional.empty();
    }
    List<String> names = List.copyOf(headers.keySet());
    if (!names.subList(Math.max(0, names.size() - 3), names.size()).equals(CONTENT)) {
      throw new DamagedRecordException("its Content headers are not the three before Checksum");
    }
    String checksum = headers.getOrDefault(Header.CONTENT_CHECKSUM, "");
    String lengthText = headers.getOrDefault(Header.CONTENT_LENGTH, "");
    if (!Crc32cText.isOne(checksum) || !LENGTH.matcher(lengthText).matches()) {
      throw new DamagedRecordException("its Content-Length or Content-Checksum is malformed");
    }
    long length = Long.parseLong(lengthText);
    int start = requireEmptyLine(headEnd);
    if (totalSize - start != length) {
      throw new DamagedRecordException(
          "its payload has " + (totalSize - start) + " bytes and not the announced " + length);
    }
    if (bytes.length == totalSize) {
      String actual = Crc32cText.of(bytes, start, bytes.length - start);
      if (!actual.equals(checksum)) {
        throw new DamagedRecordException(
            "its payload does not match its checksum: stated " + checksum + ", actual " + actual);
      }
    }
    Optional<byte[]> content =
        keepPayload
            ? Optional.of(Arrays.copyOfRange(bytes, start, bytes.length))
            : Optional.empty();
    return Optional.of(new Payload(headers.getOrDefault(Header.CONTENT_TYPE, ""), length, content));
  }

  /** Where the payload starts. */
  private int requireEmptyLine(int headEnd) throws DamagedRecordException {
    if (headEnd >= Math.min(bytes.length, RecordCodec.MAX_HEAD_BYTES)) {
      throw new DamagedRecordException("it is cut off before its payload");
    }
    if (bytes[headEnd] != '\n') {
      throw new DamagedRecordException("there is no empty line between its head and its payload");
    }
    return headEnd + 1;
  }

  /** Leaves the parser at the first thing that is wrong; never leaves this package. */
  static final class DamagedRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The reason, as {@link Decoded.Damaged} has it; no stack trace, as it is an answer. */
    DamagedRecordException(String reason) {
      super(reason, null, false, false);
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * The part of the format that no later version changes: a record that an older reader must refuse
   * begins with one word in upper case, and its second line is {@code Format: N}. It is looked at
   * before any checksum, because a later format may have another kind of checksum.
   */
  static final class NewerFormat {
    private static final int LONGEST = 128;
    private static final Pattern FORM =
        Pattern.compile("[A-Z]{1,32}\\n" + Header.FORMAT + ": (?<version>[1-9][0-9]{0,17})\\n");

    private NewerFormat() {}

    /** The version of a format that this reader does not know. */
    static Optional<Long> of(byte[] bytes) {
      int length = Math.min(bytes.length, LONGEST);
      Matcher form = FORM.matcher(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
      return form.lookingAt()
          ? Optional.of(Long.valueOf(form.group("version"))).filter(v -> v > RecordCodec.FORMAT)
          : Optional.empty();
    }
  }

  /**
   * What other tools write and what counts as completed without a checksum: exactly {@code
   * COMPLETED}, or that and one {@code Timestamp:} line, each line ended by LF or CR LF, the last
   * one or not at all. Nothing else.
   */
  static final class ForeignRecord {
    /** Times that tools write are far shorter; anything longer was not written as a time. */
    private static final int MAX_BYTES = 1024;

    private static final Pattern FORM =
        Pattern.compile(
            "COMPLETED(?:\\r?\\n(?:Timestamp:[ \\t]*+(?<time>[^\\r\\n]*+)(?:\\r?\\n)?)?)?");

    private static final Pattern TRAILING_BLANKS = Pattern.compile("[ \\t]++$");

    private ForeignRecord() {}

    static Optional<StageRecord> read(byte[] whole) {
      if (whole.length > MAX_BYTES) {
        return Optional.empty();
      }
      return StrictUtf8.read(whole, 0, whole.length).flatMap(ForeignRecord::parse);
    }

    private static Optional<StageRecord> parse(String text) {
      Matcher form = FORM.matcher(text);
      if (!form.matches()) {
        return Optional.empty();
      }
      String time = form.group("time");
      if (time == null) {
        return Optional.of(new StageRecord(State.COMPLETED, Map.of(), Optional.empty()));
      }
      String trimmed = TRAILING_BLANKS.matcher(time).replaceFirst("");
      return trimmed.codePoints().anyMatch(HeaderEscape::mustEscape)
          ? Optional.empty()
          : Optional.of(
              new StageRecord(
                  State.COMPLETED, Map.of(Header.TIMESTAMP, trimmed), Optional.empty()));
    }
  }
}
