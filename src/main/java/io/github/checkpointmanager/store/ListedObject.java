package io.github.checkpointmanager.store;

import java.time.Instant;
import java.util.Objects;

/**
 * One key of a listing.
 *
 * @param key relative to the store's root
 * @param size bytes
 * @param lastModified by the store's clock
 */
public record ListedObject(String key, long size, Instant lastModified) {
  public ListedObject {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(lastModified, "lastModified");
  }
}
