package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The durable record that a stage completed, as it was read. Immutable and thread-safe. Everything
 * but the stage, the times, the size and the version may be absent: records of other tools have
 * little.
 */
public interface Checkpoint {
  /** The stage that completed. */
  String stage();

  /** The fencing token of the claim under which it was completed. */
  OptionalLong fencingToken();

  /**
   * When the stage completed, by its writer's clock; if the record does not say, when the store
   * received it.
   */
  Instant completedAt();

  /**
   * When the store received the record, by the store's clock. For a checkpoint that this very call
   * has saved it equals {@link #completedAt}, because the store's reply does not contain it.
   */
  Instant storedAt();

  /** The writer's user name. */
  Optional<String> user();

  /** The writer's host name. */
  Optional<String> host();

  /** The writer's process id. */
  Optional<String> process();

  /** When the work began, by the writer's clock. */
  Optional<Instant> startedAt();

  /**
   * How long the work took, by the writer's clock; empty when it was not recorded or would be
   * negative.
   */
  default Optional<Duration> duration() {
    return startedAt()
        .map(start -> Duration.between(start, completedAt()))
        .filter(duration -> !duration.isNegative());
  }

  /** Which execution of the stage this is, from 1, where claims counted them. */
  OptionalLong attempt();

  /** The caller's own metadata, in the order it was written. */
  Map<String, String> meta();

  /** The digest of what the result depends on, as it was recorded: {@code sha256:…}. */
  Optional<String> fingerprint();

  /** The components of the fingerprint, name to value, in the order they were written. */
  Map<String, String> inputs();

  /**
   * The checkpoints that it was built on: stage to what identifies its record, which is the write
   * id of the original if that was restored.
   */
  Map<String, String> upstream();

  /** What the stage made, by path; entries that this version cannot read are left out. */
  Map<String, ContentDigest> outputs();

  /** All headers of the record, unknown ones included, in the order they were written. */
  Map<String, String> headers();

  /** 128 random bits that name the write, in hexadecimal digits. */
  Optional<String> writeId();

  /**
   * The write id of the checkpoint that this one restores: of the original, however often it was
   * restored since. Empty when this is not a restored checkpoint, or the original has no write id;
   * see {@link #restoredAt}.
   */
  Optional<String> restoredFrom();

  /** When it was restored, by the restorer's clock; empty when it is not a restored checkpoint. */
  Optional<Instant> restoredAt();

  /** Who restored it, such as {@code alice@worker-7}. */
  Optional<String> restoredBy();

  /**
   * Tells whether two checkpoints are of the same work: {@link #restoredFrom}, else {@link
   * #writeId}. A restored checkpoint has the origin of the one that it restores. Empty in records
   * of other tools.
   */
  default Optional<String> originId() {
    return restoredFrom().or(this::writeId);
  }

  /**
   * What names this checkpoint in {@link #upstream} of those that are built on it: {@link
   * #originId}, else, in records of other tools, when it completed.
   */
  default String identity() {
    return originId().orElseGet(() -> "completed:" + completedAt());
  }

  /**
   * When, by whom and where the stage completed, on one line, for messages: {@code
   * 2026-11-23T14:05:12Z by alice on worker-7}.
   */
  default String completion() {
    return completedAt().truncatedTo(ChronoUnit.SECONDS)
        + user().map(name -> " by " + LogSafe.of(name)).orElse("")
        + host().map(name -> " on " + LogSafe.of(name)).orElse("");
  }

  /** The version that {@link CheckpointManager#replace} replaces. */
  Version version();

  /** Whether both are the same version of the same stage: no write came in between. */
  default boolean isSameVersionAs(Checkpoint other) {
    return stage().equals(other.stage()) && version().equals(other.version());
  }

  /** Bytes of the whole record. */
  long size();

  /** Whether it has a payload. */
  default boolean hasPayload() {
    return payloadSize().isPresent();
  }

  /** The payload's media type. */
  Optional<String> payloadType();

  /** Bytes of the payload; empty when there is none. */
  OptionalLong payloadSize();

  /**
   * The payload, a copy.
   *
   * @return empty when the checkpoint has none
   * @throws IllegalStateException when it was read without its payload: use {@link
   *     CheckpointManager#read}
   */
  Optional<byte[]> payload();
}
