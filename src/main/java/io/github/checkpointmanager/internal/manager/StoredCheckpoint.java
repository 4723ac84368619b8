package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.internal.record.Payload;
import io.github.checkpointmanager.internal.record.StageRecord;
import io.github.checkpointmanager.store.Version;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A checkpoint over the record that a store delivered. Immutable.
 *
 * @param stored a valid record of this stage
 */
record StoredCheckpoint(String stage, StoredRecord stored) implements Checkpoint {
  private StageRecord record() {
    return stored.record();
  }

  /** Whether the payload, if there is one, was read too. */
  boolean isWhole() {
    return record().payload().map(payload -> payload.bytes().isPresent()).orElse(true);
  }

  @Override
  public OptionalLong fencingToken() {
    return number(Header.TOKEN);
  }

  @Override
  public OptionalLong attempt() {
    return number(Header.ATTEMPT);
  }

  private OptionalLong number(String header) {
    try {
      return record().header(header).stream().mapToLong(Long::parseLong).findFirst();
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public Instant completedAt() {
    return record().timestamp().orElse(stored.lastModified());
  }

  @Override
  public Instant storedAt() {
    return stored.lastModified();
  }

  @Override
  public Optional<String> user() {
    return record().header(Header.USER);
  }

  @Override
  public Optional<String> host() {
    return record().header(Header.HOST);
  }

  @Override
  public Optional<String> process() {
    return record().header(Header.PROCESS);
  }

  @Override
  public Optional<Instant> startedAt() {
    return record().started();
  }

  @Override
  public Map<String, String> meta() {
    return record().meta();
  }

  @Override
  public Optional<String> fingerprint() {
    return record().header(Header.FINGERPRINT);
  }

  @Override
  public Map<String, String> inputs() {
    return record().inputs();
  }

  @Override
  public Map<String, String> upstream() {
    return record().upstream();
  }

  @Override
  public Map<String, ContentDigest> outputs() {
    var outputs = new LinkedHashMap<String, ContentDigest>();
    record()
        .outputs()
        .forEach(
            (path, text) ->
                ContentDigest.parse(text).ifPresent(digest -> outputs.put(path, digest)));
    return Collections.unmodifiableMap(outputs);
  }

  @Override
  public Map<String, String> headers() {
    return record().headers();
  }

  @Override
  public Optional<String> writeId() {
    return record().writeId();
  }

  @Override
  public Optional<String> restoredFrom() {
    return record().header(Header.RESTORED_FROM);
  }

  @Override
  public Optional<Instant> restoredAt() {
    return record().restoredAt();
  }

  @Override
  public Optional<String> restoredBy() {
    return record().header(Header.RESTORED_BY);
  }

  @Override
  public Optional<String> originId() {
    return record().originId();
  }

  @Override
  public Version version() {
    return stored.version();
  }

  @Override
  public long size() {
    return stored.size();
  }

  @Override
  public Optional<String> payloadType() {
    return record().payload().map(Payload::contentType);
  }

  @Override
  public OptionalLong payloadSize() {
    return record().payload().stream().mapToLong(Payload::length).findFirst();
  }

  @Override
  public Optional<byte[]> payload() {
    return record()
        .payload()
        .map(
            payload ->
                payload
                    .bytes()
                    .orElseThrow(
                        () ->
                            new IllegalStateException(
                                "the checkpoint of "
                                    + LogSafe.of(stage)
                                    + " was read without its payload; use read(stage)"))
                    .clone());
  }

  @Override
  public String toString() {
    return "Checkpoint[" + LogSafe.of(stage) + ", completed " + Wording.completion(this) + "]";
  }
}
