package io.github.checkpointmanager.store;

import java.util.Objects;

/**
 * A store's opaque token for one state of one key (S3: the ETag). Two different states of a key
 * have different versions if their bytes differ. Immutable.
 *
 * @param value the token; only the store that issued it can interpret it
 */
public record Version(String value) {
  /**
   * The version of no state: a deletion that names it keeps whatever is current, and only finds out
   * that the key is absent.
   */
  public static final Version NONE = new Version("\"00000000000000000000000000000000\"");

  public Version {
    Objects.requireNonNull(value, "value");
  }

  @Override
  public String toString() {
    return value;
  }
}
