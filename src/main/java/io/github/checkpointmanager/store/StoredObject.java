package io.github.checkpointmanager.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One state of one key, as a store read it. Callers do not change {@code content}.
 *
 * @param content the bytes, or the first of them when read with {@link CheckpointStore#readHead}
 * @param totalSize the size of the whole object in bytes
 * @param version what {@link CheckpointStore#replace} expects
 * @param lastModified when this state was written, by the store's clock
 * @param storeTime the store's clock when it answered; empty when it is unknown or not trusted
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy for each read would cost
public record StoredObject(
    byte[] content,
    long totalSize,
    Version version,
    Instant lastModified,
    Optional<Instant> storeTime) {
  public StoredObject {
    Objects.requireNonNull(content, "content");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(lastModified, "lastModified");
    Objects.requireNonNull(storeTime, "storeTime");
  }

  /** Returns whether {@link #content} is the whole object. */
  public boolean isComplete() {
    return content.length == totalSize;
  }

  /**
   * Returns the age of this state by the store's own clock, never negative; empty when the store's
   * clock is unknown.
   */
  public Optional<Duration> age() {
    return storeTime.map(
        now -> now.isBefore(lastModified) ? Duration.ZERO : Duration.between(lastModified, now));
  }
}
