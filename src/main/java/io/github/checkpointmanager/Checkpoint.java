package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.internal.record.StageRecord;
import io.github.checkpointmanager.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The durable record that a stage completed, as it was read. Immutable and thread-safe. What its
 * headers do not say is empty: records of other tools have few headers. Two checkpoints are equal
 * when stage, version, times and headers are; the version identifies the content.
 *
 * @param stage the stage that completed
 * @param version the version that {@link CheckpointManager#replace} replaces
 * @param storedAt when the store received the record, by the store's clock. For a checkpoint that
 *     this very call has saved it equals {@link #completedAt}, because the store's reply does not
 *     contain it
 * @param size bytes of the whole record
 * @param headers all headers of the record, unknown ones included, in the order they were written.
 *     {@code docs/FORMAT.md} specifies them
 * @param payloadType the payload's media type
 * @param payloadSize bytes of the payload; empty when there is none
 * @param payload the bytes of the payload, copied by the accessor; empty when the checkpoint has
 *     none or they were not read
 */
public record Checkpoint(
    String stage,
    Version version,
    Instant storedAt,
    long size,
    Map<String, String> headers,
    Optional<String> payloadType,
    OptionalLong payloadSize,
    Optional<byte[]> payload) {
  public Checkpoint {
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(storedAt, "storedAt");
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    Objects.requireNonNull(payloadType, "payloadType");
    Objects.requireNonNull(payloadSize, "payloadSize");
    Objects.requireNonNull(payload, "payload");
  }

  /** A checkpoint without payload. */
  public Checkpoint(
      String stage, Version version, Instant storedAt, long size, Map<String, String> headers) {
    this(
        stage,
        version,
        storedAt,
        size,
        headers,
        Optional.empty(),
        OptionalLong.empty(),
        Optional.empty());
  }

  /** The fencing token of the claim under which it was completed. */
  public OptionalLong fencingToken() {
    return number(Header.TOKEN);
  }

  /** When the stage completed, by its writer's clock; else when the store received the record. */
  public Instant completedAt() {
    return StageRecord.instant(headers, Header.TIMESTAMP).orElse(storedAt);
  }

  /** The writer's user name. */
  public Optional<String> user() {
    return header(Header.USER);
  }

  /** The writer's host name. */
  public Optional<String> host() {
    return header(Header.HOST);
  }

  /** The writer's process id. */
  public Optional<String> process() {
    return header(Header.PROCESS);
  }

  /** When the work began, by the writer's clock. */
  public Optional<Instant> startedAt() {
    return StageRecord.instant(headers, Header.STARTED);
  }

  /** How long the work took, by the writer's clock; empty when not recorded, or negative. */
  public Optional<Duration> duration() {
    return startedAt()
        .map(start -> Duration.between(start, completedAt()))
        .filter(duration -> !duration.isNegative());
  }

  /** Which execution of the stage this is, from 1, where claims counted them. */
  public OptionalLong attempt() {
    return number(Header.ATTEMPT);
  }

  /** The caller's own metadata, in the order it was written. */
  public Map<String, String> meta() {
    return StageRecord.keyed(headers, Header.META_PREFIX);
  }

  /** The pipeline whose run completed the stage; empty when no pipeline did. */
  public Optional<String> pipeline() {
    return header(Header.PIPELINE);
  }

  /** The digest of what the result depends on, as it was recorded: {@code sha256:…}. */
  public Optional<String> fingerprint() {
    return header(Header.FINGERPRINT);
  }

  /** The components of the fingerprint, name to value, in the order they were written. */
  public Map<String, String> inputs() {
    return StageRecord.keyed(headers, Header.INPUT_PREFIX);
  }

  /**
   * The checkpoints that it was built on: stage to what identifies its record, which is the write
   * id of the original if that was restored.
   */
  public Map<String, String> upstream() {
    return StageRecord.keyed(headers, Header.UPSTREAM_PREFIX);
  }

  /** What the stage made, by path; entries that this version cannot read are left out. */
  public Map<String, ContentDigest> outputs() {
    var outputs = new LinkedHashMap<String, ContentDigest>();
    StageRecord.keyed(headers, Header.OUTPUT_PREFIX)
        .forEach((path, text) -> ContentDigest.parse(text).ifPresent(it -> outputs.put(path, it)));
    return Collections.unmodifiableMap(outputs);
  }

  /** 128 random bits that name the write, in hexadecimal digits. */
  public Optional<String> writeId() {
    return header(Header.WRITE_ID);
  }

  /**
   * The write id of the checkpoint that this one restores: of the original, however often it was
   * restored since. Empty when this is not a restored checkpoint, or the original has no write id;
   * see {@link #restoredAt}.
   */
  public Optional<String> restoredFrom() {
    return header(Header.RESTORED_FROM);
  }

  /** When it was restored, by the restorer's clock; empty when it is not a restored checkpoint. */
  public Optional<Instant> restoredAt() {
    return StageRecord.instant(headers, Header.RESTORED_AT);
  }

  /** Who restored it, such as {@code alice@worker-7}. */
  public Optional<String> restoredBy() {
    return header(Header.RESTORED_BY);
  }

  /**
   * Tells whether two checkpoints are of the same work: {@link #restoredFrom}, else {@link
   * #writeId}. A restored checkpoint has the origin of the one that it restores. Empty in records
   * of other tools.
   */
  public Optional<String> originId() {
    return restoredFrom().or(this::writeId);
  }

  /**
   * What names this checkpoint in {@link #upstream} of those that are built on it: {@link
   * #originId}, else, in records of other tools, when it completed.
   */
  public String identity() {
    return originId().orElseGet(() -> "completed:" + completedAt());
  }

  /** Its completion on one line: {@code 2026-11-23T14:05:12Z by alice on worker-7}. */
  public String completion() {
    return completedAt().truncatedTo(ChronoUnit.SECONDS)
        + user().map(name -> " by " + LogSafe.of(name)).orElse("")
        + host().map(name -> " on " + LogSafe.of(name)).orElse("");
  }

  /** Whether both are the same version of the same stage: no write came in between. */
  public boolean isSameVersionAs(Checkpoint other) {
    return stage().equals(other.stage()) && version().equals(other.version());
  }

  /** Whether it has a payload. */
  public boolean hasPayload() {
    return payloadSize().isPresent();
  }

  /**
   * The payload, a copy.
   *
   * @return empty when the checkpoint has none
   * @throws IllegalStateException when it was read without its payload: use {@link
   *     CheckpointManager#read}
   */
  @Override
  public Optional<byte[]> payload() {
    if (!isWhole()) {
      throw new IllegalStateException(
          "the checkpoint of "
              + LogSafe.of(stage)
              + " was read without its payload; use read(stage)");
    }
    return payload.map(byte[]::clone);
  }

  /** Whether the payload was read, or there is none: whether {@link #payload} returns. */
  public boolean isWhole() {
    return payload.isPresent() || !hasPayload();
  }

  private Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  private OptionalLong number(String header) {
    try {
      return header(header).stream().mapToLong(Long::parseLong).findFirst();
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Checkpoint that
        && isSameVersionAs(that)
        && storedAt.equals(that.storedAt)
        && headers.equals(that.headers);
  }

  @Override
  public int hashCode() {
    return Objects.hash(stage, version);
  }

  @Override
  public String toString() {
    return "Checkpoint[" + LogSafe.of(stage) + ", completed " + completion() + "]";
  }
}
