package io.github.checkpointmanager.internal.record;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A stored record: a state, headers in order, perhaps a payload. Immutable.
 *
 * @param state its first line
 * @param headers name to unescaped value, in the order they are written; without those that the
 *     codec derives ({@code Content-*}, {@code Checksum}); unknown ones are kept
 * @param payload what follows the headers
 */
public record StageRecord(State state, Map<String, String> headers, Optional<Payload> payload) {
  private static final Pattern DATE_SPACE = Pattern.compile("^(\\d{4}-\\d{2}-\\d{2}) ");

  public StageRecord {
    Objects.requireNonNull(state, "state");
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    Objects.requireNonNull(payload, "payload");
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** Absent in records of other tools. */
  public Optional<String> writeId() {
    return header(Header.WRITE_ID);
  }

  /** The stage that the record says it is of; absent in records of other tools. */
  public Optional<String> stage() {
    return header(Header.STAGE);
  }

  /**
   * When it was written, by its writer's clock: good for showing, never for deciding. Empty when
   * the record has no {@code Timestamp} or one whose text is no ISO 8601 date, time and zone (other
   * tools write those); the text is then in {@link #header}.
   */
  public Optional<Instant> timestamp() {
    return instant(Header.TIMESTAMP);
  }

  /** The write id of the original, however often it was restored; else its own. */
  public Optional<String> originId() {
    return header(Header.RESTORED_FROM).or(this::writeId);
  }

  /** The headers with one prefix of {@link Header}, by key, in their order. Unmodifiable. */
  public Map<String, String> keyed(String prefix) {
    return keyed(headers, prefix);
  }

  /** As {@link #keyed(String)}, of headers without a record. */
  public static Map<String, String> keyed(Map<String, String> headers, String prefix) {
    var entries = new LinkedHashMap<String, String>();
    headers.forEach(
        (name, value) -> Header.keyOf(prefix, name).ifPresent(key -> entries.put(key, value)));
    return Collections.unmodifiableMap(entries);
  }

  /** A header that is a time; as {@link #timestamp}. */
  public Optional<Instant> instant(String name) {
    return instant(headers, name);
  }

  /** As {@link #instant(String)}, of headers without a record. */
  public static Optional<Instant> instant(Map<String, String> headers, String name) {
    return Optional.ofNullable(headers.get(name)).flatMap(StageRecord::parseInstant);
  }

  private static Optional<Instant> parseInstant(String text) {
    // Python's str(datetime) has a space where ISO 8601 has a T.
    String iso = DATE_SPACE.matcher(text).replaceFirst("$1T");
    try {
      return Optional.of(ZonedDateTime.parse(iso).toInstant());
    } catch (DateTimeException noTimeWithZone) {
      return Optional.empty();
    }
  }
}
