package io.github.checkpointmanager.store;

import java.nio.charset.StandardCharsets;

/**
 * The rules for keys and prefixes, which every store checks before it sends anything, so that all
 * stores accept the same keys (but for their length). Stateless.
 */
public final class Keys {
  private Keys() {}

  /**
   * Refuses a malformed key: empty, a leading or trailing slash, an empty segment, the segments
   * {@code .} and {@code ..}, control characters, an unpaired surrogate, or too long.
   *
   * @param key relative to the store's root
   * @param maxBytes {@link CheckpointStore#maxKeyBytes()} of the store
   * @param location of the store, for the message
   * @throws StoreException {@code INVALID}
   */
  public static void requireKey(String key, int maxBytes, String location) {
    if (key.isEmpty()) {
      throw refused("key", key, location, "it is empty", "Give a name");
    }
    requireSegments("key", key, key, location);
    int bytes = key.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > maxBytes) {
      throw refused(
          "key",
          key,
          location,
          "it has " + bytes + " bytes, and this store takes at most " + maxBytes,
          "Use a shorter name");
    }
  }

  /**
   * Refuses a malformed prefix of a listing: anything but the empty text and a key followed by a
   * slash.
   *
   * @throws StoreException {@code INVALID}
   */
  public static void requirePrefix(String prefix, String location) {
    if (prefix.isEmpty()) {
      return;
    }
    if (!prefix.endsWith("/")) {
      throw refused("prefix", prefix, location, "a prefix ends in a slash", "Add the slash");
    }
    requireSegments("prefix", prefix, prefix.substring(0, prefix.length() - 1), location);
  }

  private static void requireSegments(String what, String whole, String path, String location) {
    for (String segment : path.split("/", -1)) {
      if (segment.isEmpty()) {
        throw refused(
            what, whole, location, "it has an empty segment", "Leave out the extra slash");
      }
      if (segment.equals(".") || segment.equals("..")) {
        throw refused(
            what,
            whole,
            location,
            "the segment '" + segment + "' has no meaning",
            "Use a plain name");
      }
    }
    if (path.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw refused(what, whole, location, "it has a control character", "Escape it");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(path)) {
      throw refused(
          what, whole, location, "it has an unpaired surrogate", "Use well-formed Unicode");
    }
  }

  private static StoreException refused(
      String what, String key, String location, String why, String remedy) {
    return new StoreException(
        StoreException.Kind.INVALID,
        "The " + what + " '" + shown(key) + "' in " + location + " is refused",
        why,
        remedy);
  }

  /** A refused key can be any text; the message stays one line of moderate length. */
  private static String shown(String key) {
    String shown = key.length() <= 80 ? key : key.substring(0, 77) + "...";
    return shown.replaceAll("\\p{Cntrl}", "?");
  }
}
