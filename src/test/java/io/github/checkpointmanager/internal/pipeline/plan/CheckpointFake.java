package io.github.checkpointmanager.internal.pipeline.plan;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.Fingerprint;
import io.github.checkpointmanager.store.Version;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A checkpoint without a store, with the parts that plans read. */
record CheckpointFake(
    String stage,
    Optional<String> writeId,
    Optional<String> user,
    Optional<String> host,
    Optional<String> fingerprint,
    Map<String, String> inputs,
    Map<String, String> upstream)
    implements Checkpoint {
  static final Instant WHEN = Instant.parse("2026-11-23T14:05:12.123456Z");

  /** As the runner writes it. */
  static Checkpoint recorded(
      String stage, String writeId, Map<String, String> inputs, Map<String, String> upstream) {
    return new CheckpointFake(
        stage,
        Optional.of(writeId),
        Optional.of("alice"),
        Optional.of("worker-7"),
        Optional.of(Fingerprint.of(inputs).digest()),
        inputs,
        upstream);
  }

  /** As another tool writes it. */
  static Checkpoint homeMade(String stage) {
    return new CheckpointFake(
        stage,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Map.of());
  }

  static RecordsSnapshot.Inputs inputs(Map<String, String> components) {
    return new RecordsSnapshot.Inputs(components, Map.of(), Map.of());
  }

  @Override
  public Instant completedAt() {
    return WHEN;
  }

  @Override
  public Instant storedAt() {
    return WHEN;
  }

  @Override
  public OptionalLong fencingToken() {
    return OptionalLong.empty();
  }

  @Override
  public Optional<String> process() {
    return Optional.empty();
  }

  @Override
  public Optional<Instant> startedAt() {
    return Optional.empty();
  }

  @Override
  public OptionalLong attempt() {
    return OptionalLong.empty();
  }

  @Override
  public Map<String, String> meta() {
    return Map.of();
  }

  @Override
  public Map<String, ContentDigest> outputs() {
    return Map.of();
  }

  @Override
  public Map<String, String> headers() {
    return Map.of();
  }

  @Override
  public Optional<String> restoredFrom() {
    return Optional.empty();
  }

  @Override
  public Optional<Instant> restoredAt() {
    return Optional.empty();
  }

  @Override
  public Optional<String> restoredBy() {
    return Optional.empty();
  }

  @Override
  public Version version() {
    return new Version("of " + identity());
  }

  @Override
  public long size() {
    return 0;
  }

  @Override
  public Optional<String> payloadType() {
    return Optional.empty();
  }

  @Override
  public OptionalLong payloadSize() {
    return OptionalLong.empty();
  }

  @Override
  public Optional<byte[]> payload() {
    return Optional.empty();
  }
}
