package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.internal.record.Payload;
import io.github.checkpointmanager.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The durable record that a stage completed, as it was read. Immutable and thread-safe. Everything
 * but the stage, the time and the version may be absent: records of home-made tools have little.
 */
public final class Checkpoint {
  private final String stage;
  private final StoredRecord stored;

  Checkpoint(String stage, StoredRecord stored) {
    this.stage = stage;
    this.stored = stored;
  }

  public String stage() {
    return stage;
  }

  /** Whether the payload, if there is one, was read too. */
  boolean isWhole() {
    return stored.record().payload().map(payload -> payload.bytes().isPresent()).orElse(true);
  }

  /** The fencing token of the claim under which it was completed. */
  public OptionalLong fencingToken() {
    try {
      return stored.record().header(Header.TOKEN).stream().mapToLong(Long::parseLong).findFirst();
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * When the stage completed: as its writer's clock said, or else when the store received the
   * record.
   */
  public Instant completedAt() {
    return stored.record().timestamp().orElse(stored.lastModified());
  }

  /**
   * When the store received the record, by the store's clock; of a checkpoint that this very call
   * has saved, {@link #completedAt}, since no store's reply tells it.
   */
  public Instant storedAt() {
    return stored.lastModified();
  }

  public Optional<String> user() {
    return stored.record().header(Header.USER);
  }

  public Optional<String> host() {
    return stored.record().header(Header.HOST);
  }

  /** The process that wrote it, as its operating system numbers it. */
  public Optional<String> process() {
    return stored.record().header(Header.PROCESS);
  }

  /** When the work began, by the writer's clock. */
  public Optional<Instant> startedAt() {
    return stored.record().started();
  }

  /**
   * How long the work took, by the writer's clock; empty when it was not recorded or would be
   * negative.
   */
  public Optional<Duration> duration() {
    return startedAt()
        .map(start -> Duration.between(start, completedAt()))
        .filter(duration -> !duration.isNegative());
  }

  /** Which execution of the stage this is, from 1, where claims counted them. */
  public OptionalLong attempt() {
    try {
      return stored.record().header(Header.ATTEMPT).stream().mapToLong(Long::parseLong).findFirst();
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** The caller's own metadata, in the order it was written. */
  public Map<String, String> meta() {
    return stored.record().meta();
  }

  /** The digest of what the result depends on, as it was recorded: {@code sha256:…}. */
  public Optional<String> fingerprint() {
    return stored.record().header(Header.FINGERPRINT);
  }

  /** The components of the fingerprint, name to value, in the order they were written. */
  public Map<String, String> inputs() {
    return stored.record().inputs();
  }

  /**
   * The checkpoints that it was built on: stage to what identifies its record, which is the write
   * id of the original where that was restored.
   */
  public Map<String, String> upstream() {
    return stored.record().upstream();
  }

  /** What the stage made, by path; those that this version can read. */
  public Map<String, ContentDigest> outputs() {
    var outputs = new LinkedHashMap<String, ContentDigest>();
    stored
        .record()
        .outputs()
        .forEach(
            (path, text) ->
                ContentDigest.parse(text).ifPresent(digest -> outputs.put(path, digest)));
    return Collections.unmodifiableMap(outputs);
  }

  /** All headers of the record, unknown ones included, in the order they were written. */
  public Map<String, String> headers() {
    return stored.record().headers();
  }

  /** 128 random bits that name the write, in hexadecimal digits. */
  public Optional<String> writeId() {
    return stored.record().writeId();
  }

  /**
   * The write id of the checkpoint that this one restores: of the original, however often it was
   * restored since. Empty when this is no restored checkpoint, or the original has no write id; see
   * {@link #restoredAt}.
   */
  public Optional<String> restoredFrom() {
    return stored.record().header(Header.RESTORED_FROM);
  }

  /** When it was restored, by the restorer's clock; empty when this is no restored checkpoint. */
  public Optional<Instant> restoredAt() {
    return stored.record().restoredAt();
  }

  /** Who restored it, such as {@code alice@worker-7}. */
  public Optional<String> restoredBy() {
    return stored.record().header(Header.RESTORED_BY);
  }

  /**
   * What tells whether two checkpoints are of the same work: {@link #restoredFrom}, else {@link
   * #writeId}. A restored checkpoint has the origin of the one that it restores. Empty in records
   * of home-made tools.
   */
  public Optional<String> originId() {
    return stored.record().originId();
  }

  /** What {@link CheckpointManager#replace} replaces. */
  public Version version() {
    return stored.version();
  }

  /** Whether another reading saw this same version, so that nobody has written in between. */
  public boolean isSameVersionAs(Checkpoint other) {
    return stage.equals(other.stage) && stored.version().equals(other.stored.version());
  }

  /** Bytes of the whole record. */
  public long size() {
    return stored.size();
  }

  public boolean hasPayload() {
    return stored.record().payload().isPresent();
  }

  /** The payload's media type. */
  public Optional<String> payloadType() {
    return stored.record().payload().map(Payload::contentType);
  }

  /** Bytes of the payload; empty when there is none. */
  public OptionalLong payloadSize() {
    return stored.record().payload().stream().mapToLong(Payload::length).findFirst();
  }

  /**
   * The payload, a copy.
   *
   * @return empty when the checkpoint has none
   * @throws IllegalStateException when it was read without its payload: use {@link
   *     CheckpointManager#read}
   */
  public Optional<byte[]> payload() {
    return stored
        .record()
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
