package io.github.checkpointmanager.store;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One key that is to be deleted. Immutable.
 *
 * @param key relative to the store's root
 * @param seen the version that the caller saw: another current version is kept, and is a {@link
 *     StoreException.Kind#CONFLICT} of this key; empty deletes every version
 */
public record Deletion(String key, Optional<Version> seen) {
  public Deletion {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(seen, "seen");
  }

  /** The deletion of a key, whatever its version is. */
  public static Deletion ofAny(String key) {
    return new Deletion(key, Optional.empty());
  }

  /** The deletion of a key, if this version is current. */
  public static Deletion of(String key, Version seen) {
    return new Deletion(key, Optional.of(seen));
  }

  /** The deletions of some keys, whatever their versions are. */
  public static Stream<Deletion> ofEach(String... keys) {
    return Arrays.stream(keys).map(Deletion::ofAny);
  }
}
