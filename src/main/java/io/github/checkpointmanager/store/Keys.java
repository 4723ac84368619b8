package io.github.checkpointmanager.store;

import io.github.checkpointmanager.store.StoreException.Kind;
import java.nio.charset.StandardCharsets;

/**
 * The rules for keys and prefixes, which every store checks before it sends anything, so that all
 * stores accept the same keys (but for their length). Stateless.
 */
public final class Keys {
  private Keys() {}

  /** Returns whether a key is that of a claim: rewritten often, and read for its age. */
  public static boolean isClaim(String key) {
    return key.endsWith(".claim");
  }

  /** Returns whether a key has the form of a stage's: that of its checkpoint or of its claim. */
  public static boolean isRecord(String key) {
    return key.endsWith(".checkpoint") || isClaim(key);
  }

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
    var subject = new Subject("key", key, location);
    if (key.isEmpty()) {
      throw subject.refused("it is empty", "Give a name");
    }
    subject.requireSegments(key);
    int bytes = key.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > maxBytes) {
      throw subject.refused(
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
    var subject = new Subject("prefix", prefix, location);
    if (!prefix.endsWith("/")) {
      throw subject.refused("a prefix ends in a slash", "Add the slash");
    }
    subject.requireSegments(prefix.substring(0, prefix.length() - 1));
  }

  /** What is checked, as messages name it. */
  private record Subject(String kind, String text, String location) {
    void requireSegments(String path) {
      for (String segment : path.split("/", -1)) {
        if (segment.isEmpty()) {
          throw refused("it has an empty segment", "Leave out the extra slash");
        }
        if (segment.equals(".") || segment.equals("..")) {
          throw refused("the segment '" + segment + "' has no meaning", "Use a plain name");
        }
      }
      if (path.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
        throw refused("it has a control character", "Escape it");
      }
      if (!StandardCharsets.UTF_8.newEncoder().canEncode(path)) {
        throw refused("it has an unpaired surrogate", "Use well-formed Unicode");
      }
    }

    /** A refused key can be any text; the message stays one line of moderate length. */
    StoreException refused(String why, String remedy) {
      String shown = text.length() <= 80 ? text : text.substring(0, 77) + "...";
      String what = kind + " '" + shown.replaceAll("\\p{Cntrl}", "?") + "' in " + location;
      return new StoreException(Kind.INVALID, "The " + what + " is refused", why, remedy);
    }
  }
}
