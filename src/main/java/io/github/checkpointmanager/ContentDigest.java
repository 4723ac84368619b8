package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.record.LogSafe;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The size of a file or an object, and what identifies its content. Immutable.
 *
 * @param size in bytes
 * @param digest the algorithm, a colon, and a text without blanks: {@code sha256:…}
 */
public record ContentDigest(long size, String digest) {
  private static final Pattern DIGEST = Pattern.compile("[a-z0-9-]+:[!-~]+");
  private static final Pattern TEXT = Pattern.compile("(0|[1-9][0-9]{0,17}) (.+)");

  public ContentDigest {
    if (size < 0) {
      throw new IllegalArgumentException("The size is negative: " + size + ".");
    }
    if (!isDigest(digest)) {
      throw new IllegalArgumentException(
          LogSafe.quoted(digest)
              + " is no digest. Give the algorithm, a colon and a text without blanks.");
    }
  }

  /** Whether a text has the form of a digest. */
  public static boolean isDigest(String text) {
    return DIGEST.matcher(text).matches();
  }

  /** As a record's {@code Output} header has it: {@code 83 sha256:…}. */
  public String text() {
    return size + " " + digest;
  }

  /** What {@link #text()} made; empty for any other text. */
  public static Optional<ContentDigest> parse(String text) {
    Matcher parts = TEXT.matcher(text);
    return parts.matches() && isDigest(parts.group(2))
        ? Optional.of(new ContentDigest(Long.parseLong(parts.group(1)), parts.group(2)))
        : Optional.empty();
  }
}
