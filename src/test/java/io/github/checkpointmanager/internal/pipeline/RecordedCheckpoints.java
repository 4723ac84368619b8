package io.github.checkpointmanager.internal.pipeline;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.Fingerprint;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.store.Version;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Checkpoints without a store, with the headers that plans read. */
final class RecordedCheckpoints {
  private static final Instant WHEN = Instant.parse("2026-11-23T14:05:12.123456Z");

  private RecordedCheckpoints() {}

  /** As the runner writes it. */
  static Checkpoint recorded(
      String stage, String writeId, Map<String, String> inputs, Map<String, String> upstream) {
    var headers = new LinkedHashMap<String, String>();
    headers.put(Header.WRITE_ID, writeId);
    headers.put(Header.USER, "alice");
    headers.put(Header.HOST, "worker-7");
    headers.put(Header.FINGERPRINT, Fingerprint.of(inputs).digest());
    inputs.forEach((name, value) -> headers.put(Header.input(name), value));
    upstream.forEach((name, id) -> headers.put(Header.upstream(name), id));
    return of(stage, headers);
  }

  /** As another tool writes it. */
  static Checkpoint homeMade(String stage) {
    return of(stage, Map.of());
  }

  static Checkpoint of(String stage, Map<String, String> headers) {
    return new Checkpoint(stage, new Version("of " + headers), WHEN, 0, headers);
  }

  static RecordsSnapshot.Inputs inputs(Map<String, String> components) {
    return new RecordsSnapshot.Inputs(components, Map.of(), Map.of());
  }
}
