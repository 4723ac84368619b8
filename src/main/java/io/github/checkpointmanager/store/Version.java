package io.github.checkpointmanager.store;

import java.util.Objects;

/**
 * A store's opaque token for one state of one key (S3: the ETag). Two different states of a key
 * never have equal versions as long as their bytes differ. Immutable.
 *
 * @param value the token, meaningful to the store that gave it only
 */
public record Version(String value) {
  public Version {
    Objects.requireNonNull(value, "value");
  }

  @Override
  public String toString() {
    return value;
  }
}
