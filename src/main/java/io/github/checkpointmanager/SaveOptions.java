package io.github.checkpointmanager;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is saved with a checkpoint. Immutable: every method gives a changed copy. */
public final class SaveOptions {
  private static final SaveOptions NONE = new SaveOptions(Map.of(), null, null, null, null);

  private final Map<String, String> meta;
  private final byte @Nullable [] payload;
  private final @Nullable String payloadType;
  private final @Nullable Instant startedAt;
  private final @Nullable Claimed claimed;

  private SaveOptions(
      Map<String, String> meta,
      byte @Nullable [] payload,
      @Nullable String payloadType,
      @Nullable Instant startedAt,
      @Nullable Claimed claimed) {
    this.meta = meta;
    this.payload = payload;
    this.payloadType = payloadType;
    this.startedAt = startedAt;
    this.claimed = claimed;
  }

  /** Nothing but what every checkpoint has. */
  public static SaveOptions none() {
    return NONE;
  }

  /** Adds one entry of free metadata; any text, though control characters are stored escaped. */
  public SaveOptions meta(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(meta);
    more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
    return new SaveOptions(
        Collections.unmodifiableMap(more), payload, payloadType, startedAt, claimed);
  }

  /** Adds entries of free metadata. */
  public SaveOptions meta(Map<String, String> entries) {
    Map<String, String> more = new LinkedHashMap<>(meta);
    entries.forEach(
        (name, value) ->
            more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value")));
    return new SaveOptions(
        Collections.unmodifiableMap(more), payload, payloadType, startedAt, claimed);
  }

  /**
   * Sets the payload.
   *
   * @param contentType a media type, such as {@code application/json}
   * @param bytes a copy is kept
   */
  public SaveOptions payload(String contentType, byte[] bytes) {
    return new SaveOptions(
        meta,
        bytes.clone(),
        Objects.requireNonNull(contentType, "contentType"),
        startedAt,
        claimed);
  }

  /** Sets when the work began. */
  public SaveOptions startedAt(Instant instant) {
    return new SaveOptions(
        meta, payload, payloadType, Objects.requireNonNull(instant, "instant"), claimed);
  }

  SaveOptions startedAtIfAbsent(Instant instant) {
    return startedAt == null ? startedAt(instant) : this;
  }

  SaveOptions claimedBy(long attempt, long fencingToken) {
    return new SaveOptions(
        meta, payload, payloadType, startedAt, new Claimed(attempt, fencingToken));
  }

  Optional<Claimed> claimed() {
    return Optional.ofNullable(claimed);
  }

  /** Under which claim a stage was completed. */
  record Claimed(long attempt, long fencingToken) {}

  Map<String, String> meta() {
    return meta;
  }

  Optional<io.github.checkpointmanager.record.Payload> payload() {
    return payload == null || payloadType == null
        ? Optional.empty()
        : Optional.of(io.github.checkpointmanager.record.Payload.of(payloadType, payload));
  }

  Optional<Instant> startedAt() {
    return Optional.ofNullable(startedAt);
  }
}
