package io.github.checkpointmanager.internal.s3.object;

import io.github.checkpointmanager.store.StoreException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Maps the port's relative keys to object keys under a store's prefix, and back. Immutable.
 *
 * @param prefix empty, or ending in a slash
 */
public record KeySpace(String prefix) {
  /**
   * The longest object key in bytes of UTF-8: Amazon S3 User Guide, "Naming Amazon S3 objects"
   * (docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html).
   */
  static final int MAX_OBJECT_KEY_BYTES = 1024;

  /** What the prefix leaves at least: room for the probe's key and for short stage names. */
  private static final int MIN_KEY_BYTES = 64;

  /** Accepts a prefix with or without its final slash. */
  public static KeySpace of(String prefix) {
    if (prefix.isEmpty()) {
      return new KeySpace("");
    }
    String name = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    String complaint = complaintAbout(name);
    if (complaint != null) {
      throw refused("prefix", prefix, complaint);
    }
    var keys = new KeySpace(name + "/");
    if (keys.maxKeyBytes() < MIN_KEY_BYTES) {
      throw refused(
          "prefix",
          prefix,
          "an object key has at most "
              + MAX_OBJECT_KEY_BYTES
              + " bytes, and this prefix leaves fewer than "
              + MIN_KEY_BYTES);
    }
    return keys;
  }

  /** What is wrong with a path of segments; null if nothing is. */
  private static @Nullable String complaintAbout(String path) {
    for (String segment : path.split("/", -1)) {
      if (segment.isEmpty()) {
        return "it has an empty segment";
      }
      if (segment.equals(".") || segment.equals("..")) {
        return "it has the segment '" + segment + "', which clients and proxies take out";
      }
    }
    return path.chars().anyMatch(c -> c < 0x20 || c == 0x7f) ? "it has a control character" : null;
  }

  private static StoreException refused(String what, String name, String why) {
    String shown = name.length() > 80 ? name.substring(0, 80) + "…" : name;
    return new StoreException(
        StoreException.Kind.INVALID,
        "The " + what + " '" + shown.replaceAll("\\p{Cntrl}", "?") + "' is refused",
        why,
        "Use non-empty segments without control characters, such as etl/2026-11-23, and short"
            + " enough together");
  }

  public int maxKeyBytes() {
    return MAX_OBJECT_KEY_BYTES - prefix.getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * The object key of a relative key.
   *
   * @throws StoreException {@code INVALID}
   */
  public String objectKey(String key) {
    String complaint = complaintAbout(key);
    if (complaint != null) {
      throw refused("key", key, complaint);
    }
    int bytes = key.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > maxKeyBytes()) {
      throw refused(
          "key",
          key,
          "it has " + bytes + " bytes, and under this prefix a key has at most " + maxKeyBytes());
    }
    return prefix + key;
  }

  /**
   * The object-key prefix of one level.
   *
   * @throws StoreException {@code INVALID}
   */
  public String levelPrefix(String level) {
    if (!level.isEmpty()) {
      String complaint =
          level.endsWith("/")
              ? complaintAbout(level.substring(0, level.length() - 1))
              : "it does not end in a slash";
      if (complaint != null) {
        throw refused("level", level, complaint);
      }
    }
    return prefix + level;
  }

  /** The relative key of an object key that begins with the prefix. */
  public String relative(String objectKey) {
    return objectKey.substring(prefix.length());
  }
}
