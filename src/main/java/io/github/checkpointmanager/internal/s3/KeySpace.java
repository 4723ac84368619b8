package io.github.checkpointmanager.internal.s3;

import io.github.checkpointmanager.store.Keys;
import io.github.checkpointmanager.store.StoreException;
import java.nio.charset.StandardCharsets;

/**
 * Maps the port's relative keys to object keys under a store's prefix, and back. Immutable.
 *
 * @param location of the store without options, for messages
 * @param prefix empty, or ending in a slash
 */
public record KeySpace(String location, String prefix) {
  /**
   * The longest object key in bytes of UTF-8: Amazon S3 User Guide, "Naming Amazon S3 objects"
   * (docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html).
   */
  static final int MAX_OBJECT_KEY_BYTES = 1024;

  /** What the prefix leaves at least: room for the probe's key and for short stage names. */
  private static final int MIN_KEY_BYTES = 64;

  /**
   * The keys of a store.
   *
   * @param bucket a valid bucket name
   * @param prefix with or without its final slash
   * @throws StoreException {@code INVALID} when the prefix is malformed or too long
   */
  public static KeySpace of(String bucket, String prefix) {
    String closed = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    var keys = new KeySpace("s3://" + bucket + "/" + closed, closed);
    Keys.requirePrefix(closed, "s3://" + bucket);
    if (keys.maxKeyBytes() < MIN_KEY_BYTES) {
      throw new StoreException(
          StoreException.Kind.INVALID,
          "The prefix of s3://" + bucket + " is refused",
          "an object key has at most "
              + MAX_OBJECT_KEY_BYTES
              + " bytes, and this prefix leaves fewer than "
              + MIN_KEY_BYTES,
          "Use a shorter prefix");
    }
    return keys;
  }

  /** Returns how many bytes a relative key may have. */
  public int maxKeyBytes() {
    return MAX_OBJECT_KEY_BYTES - prefix.getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * Returns the object key of a relative key.
   *
   * @throws StoreException {@code INVALID}
   */
  public String objectKey(String key) {
    Keys.requireKey(key, maxKeyBytes(), location);
    return prefix + key;
  }

  /**
   * Returns the object-key prefix of one level.
   *
   * @throws StoreException {@code INVALID}
   */
  public String levelPrefix(String level) {
    Keys.requirePrefix(level, location);
    return prefix + level;
  }

  /** Returns the relative key of an object key that begins with the prefix. */
  public String relative(String objectKey) {
    return objectKey.substring(prefix.length());
  }
}
