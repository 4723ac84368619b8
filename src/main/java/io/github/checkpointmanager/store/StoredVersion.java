package io.github.checkpointmanager.store;

import java.time.Instant;
import java.util.Objects;

/**
 * One entry of a key's history.
 *
 * @param versionId what {@link CheckpointStore#readVersion} takes
 * @param lastModified when it was written (or, for a deletion, when the key was deleted), by the
 *     store's clock
 * @param size bytes; 0 for a deletion
 * @param latest whether this is the key's current state
 * @param deletion whether this entry says that the key was deleted (S3: a delete marker)
 */
public record StoredVersion(
    String versionId, Instant lastModified, long size, boolean latest, boolean deletion) {
  public StoredVersion {
    Objects.requireNonNull(versionId, "versionId");
    Objects.requireNonNull(lastModified, "lastModified");
  }
}
