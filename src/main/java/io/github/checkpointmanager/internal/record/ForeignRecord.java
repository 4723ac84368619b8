package io.github.checkpointmanager.internal.record;

import io.github.checkpointmanager.internal.record.Head.StrictUtf8;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What other tools write and what counts as completed without a checksum: exactly {@code
 * COMPLETED}, or that and one {@code Timestamp:} line, each line ended by LF or CR LF, the last one
 * or not at all. Nothing else.
 */
final class ForeignRecord {
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
            new StageRecord(State.COMPLETED, Map.of(Header.TIMESTAMP, trimmed), Optional.empty()));
  }
}
