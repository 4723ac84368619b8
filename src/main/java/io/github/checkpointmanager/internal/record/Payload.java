package io.github.checkpointmanager.internal.record;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record's payload, or the description of one that was not read. Callers do not change the bytes.
 *
 * @param contentType a media type
 * @param length bytes
 * @param bytes empty when only the head of the record was read
 */
public record Payload(String contentType, long length, Optional<byte[]> bytes) {
  public Payload {
    Objects.requireNonNull(contentType, "contentType");
    Objects.requireNonNull(bytes, "bytes");
    if (length < 0 || bytes.filter(content -> content.length != length).isPresent()) {
      throw new IllegalArgumentException("the length " + length + " is not that of the bytes");
    }
  }

  public static Payload of(String contentType, byte[] bytes) {
    return new Payload(contentType, bytes.length, Optional.of(bytes));
  }

  /** By content type, length and bytes. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Payload that
        && contentType.equals(that.contentType)
        && length == that.length
        && Arrays.equals(bytes.orElse(null), that.bytes.orElse(null));
  }

  @Override
  public int hashCode() {
    return Objects.hash(contentType, length, Arrays.hashCode(bytes.orElse(null)));
  }

  /** Without the bytes, which belong in no log. */
  @Override
  public String toString() {
    return contentType + ", " + length + " bytes";
  }
}
