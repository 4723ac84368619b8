package io.github.checkpointmanager.internal.restore;

import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.StageRecord;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An earlier record written again: everything of the original, with a write id of its own, the
 * origin's id, and who restored it. Pure functions.
 */
final class RestoredRecord {
  private static final Set<String> OF_THE_WRITE =
      Set.of(Header.WRITE_ID, Header.RESTORED_FROM, Header.RESTORED_AT, Header.RESTORED_BY);

  private RestoredRecord() {}

  /**
   * @param original with its payload
   * @param writeId a new one
   */
  static StageRecord of(
      StoredRecord original, String stage, String writeId, String by, Instant at) {
    StageRecord record = original.record();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(Header.WRITE_ID, writeId);
    if (record.timestamp().isEmpty()) {
      // Of a home-made tool. Without it, the time of the restoring would pass for the stage's.
      headers.put(Header.TIMESTAMP, original.lastModified().toString());
    }
    if (record.stage().isEmpty()) {
      headers.put(Header.STAGE, stage);
    }
    record
        .headers()
        .forEach(
            (name, value) -> {
              if (!OF_THE_WRITE.contains(name)) {
                headers.putIfAbsent(name, value);
              }
            });
    record.originId().ifPresent(id -> headers.put(Header.RESTORED_FROM, id));
    headers.put(Header.RESTORED_AT, at.toString());
    headers.put(Header.RESTORED_BY, by);
    return new StageRecord(record.state(), headers, record.payload());
  }

  /** Whether a record is what a restored one would be, written by whom and when ever. */
  static boolean isSame(StageRecord restored, StageRecord current) {
    return sameOrigin(restored, current)
        && content(restored).equals(content(current))
        && restored.payload().equals(current.payload());
  }

  private static boolean sameOrigin(StageRecord restored, StageRecord current) {
    Optional<String> origin = restored.header(Header.RESTORED_FROM);
    return origin.isPresent()
        ? current.originId().equals(origin)
        : current.restoredAt().isPresent() && current.header(Header.RESTORED_FROM).isEmpty();
  }

  private static Map<String, String> content(StageRecord record) {
    Map<String, String> headers = new LinkedHashMap<>(record.headers());
    headers.keySet().removeAll(OF_THE_WRITE);
    return headers;
  }
}
