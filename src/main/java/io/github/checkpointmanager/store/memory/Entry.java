package io.github.checkpointmanager.store.memory;

import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.StoredVersion;
import io.github.checkpointmanager.store.Version;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** One state that a key had: bytes, or its absence after a deletion. The bytes never change. */
@SuppressWarnings("ArrayRecordComponent") // identity is enough, and the array does not leave
record Entry(String id, byte[] content, Instant written, boolean deletion) {
  StoredObject whole(Instant now) {
    return first(content.length, now);
  }

  StoredObject first(int limit, Instant now) {
    byte[] bytes = Arrays.copyOf(content, Math.min(limit, content.length));
    return new StoredObject(bytes, content.length, new Version(id), written, Optional.of(now));
  }

  StoredVersion listed(boolean latest) {
    return new StoredVersion(id, written, content.length, latest, deletion);
  }
}
