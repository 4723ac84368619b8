package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.record.Header;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is saved with a checkpoint. Immutable: every method gives a changed copy. */
public final class SaveOptions {
  private static final SaveOptions NONE = new SaveOptions(Map.of(), null, null, null, Map.of());

  private final Map<String, String> meta;
  private final byte @Nullable [] payload;
  private final @Nullable String payloadType;
  private final @Nullable Instant startedAt;

  /** Headers: what the stage's result depends on and what it made. */
  private final Map<String, String> provenance;

  private SaveOptions(
      Map<String, String> meta,
      byte @Nullable [] payload,
      @Nullable String payloadType,
      @Nullable Instant startedAt,
      Map<String, String> provenance) {
    this.meta = meta;
    this.payload = payload;
    this.payloadType = payloadType;
    this.startedAt = startedAt;
    this.provenance = provenance;
  }

  /** Nothing but what every checkpoint has. */
  public static SaveOptions none() {
    return NONE;
  }

  /** Adds one entry of free metadata; any text, though control characters are stored escaped. */
  public SaveOptions meta(String name, String value) {
    Objects.requireNonNull(name, "name");
    return meta(Map.of(name, Objects.requireNonNull(value, "value")));
  }

  /** Adds entries of free metadata. */
  public SaveOptions meta(Map<String, String> entries) {
    Map<String, String> more = new LinkedHashMap<>(meta);
    entries.forEach(
        (name, value) ->
            more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value")));
    return new SaveOptions(
        Collections.unmodifiableMap(more), payload, payloadType, startedAt, provenance);
  }

  /** Sets the payload, a copy, and its media type, such as {@code application/json}. */
  public SaveOptions payload(String contentType, byte[] bytes) {
    Objects.requireNonNull(contentType, "contentType");
    return new SaveOptions(meta, bytes.clone(), contentType, startedAt, provenance);
  }

  /** Sets when the work began. */
  public SaveOptions startedAt(Instant instant) {
    Objects.requireNonNull(instant, "instant");
    return new SaveOptions(meta, payload, payloadType, instant, provenance);
  }

  /**
   * Sets the pipeline whose run completed the stage: runs of other pipelines do not count the
   * checkpoint as theirs. {@code PipelineRunner} sets it.
   *
   * @throws IllegalArgumentException the name is empty
   */
  public SaveOptions pipeline(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("The name of the pipeline is empty. Give it a name.");
    }
    Map<String, String> headers = new LinkedHashMap<>(provenance);
    headers.put(Header.PIPELINE, name);
    return provenance(headers);
  }

  /**
   * Sets what the stage's result depends on: the digest and each component are recorded, readable
   * by everybody who can read the checkpoint.
   */
  public SaveOptions fingerprint(Fingerprint fingerprint) {
    Map<String, String> headers = without(Header.INPUT_PREFIX);
    headers.put(Header.FINGERPRINT, fingerprint.digest());
    headers.putAll(fingerprint.headers());
    return provenance(headers);
  }

  /**
   * Sets the checkpoints that this one is built on.
   *
   * @param identities upstream stage to what identifies its record, as {@link
   *     Checkpoint#upstream()} gives it back
   * @throws IllegalArgumentException a stage's name is empty or has an unpaired surrogate
   */
  public SaveOptions upstream(Map<String, String> identities) {
    Map<String, String> headers = without(Header.UPSTREAM_PREFIX);
    identities.forEach((stage, identity) -> headers.put(Header.upstream(stage), identity));
    return provenance(headers);
  }

  /**
   * Sets what the stage made.
   *
   * @param digests path of a file, or address of an object, to its size and digest
   * @throws IllegalArgumentException a path is empty or has an unpaired surrogate
   */
  public SaveOptions outputs(Map<String, ContentDigest> digests) {
    Map<String, String> headers = without(Header.OUTPUT_PREFIX);
    digests.forEach((path, digest) -> headers.put(Header.output(path), digest.text()));
    return provenance(headers);
  }

  private Map<String, String> without(String prefix) {
    Map<String, String> headers = new LinkedHashMap<>(provenance);
    headers.keySet().removeIf(name -> name.startsWith(prefix));
    return headers;
  }

  private SaveOptions provenance(Map<String, String> headers) {
    return new SaveOptions(
        meta, payload, payloadType, startedAt, Collections.unmodifiableMap(headers));
  }

  /** The free metadata. Unmodifiable. */
  public Map<String, String> meta() {
    return meta;
  }

  /**
   * The record's headers of what the stage's result depends on and what it made: pipeline,
   * fingerprint, inputs, upstream and outputs. Unmodifiable.
   */
  public Map<String, String> provenance() {
    return provenance;
  }

  /** The payload's media type; empty when there is no payload. */
  public Optional<String> payloadType() {
    return Optional.ofNullable(payloadType);
  }

  /** The payload, a copy. */
  public Optional<byte[]> payload() {
    return Optional.ofNullable(payload).map(byte[]::clone);
  }

  /** When the work began, if that was set. */
  public Optional<Instant> startedAt() {
    return Optional.ofNullable(startedAt);
  }
}
