package io.github.checkpointmanager.internal.record;

import java.util.Optional;

/**
 * Stage names as keys: reversible, one key segment each, no name can leave the prefix. Pure
 * functions.
 *
 * <p>{@code A–Z a–z 0–9 . _ -} and inner spaces are literal; everything else, and a first or last
 * character that is a space or a dot, is {@code %XX} of its UTF-8. Exactly one key belongs to a
 * name, and a key that is not exactly the one of its name belongs to no stage. Lengths are not
 * checked here: each store has its own limit. Specified in {@code docs/FORMAT.md}.
 */
public final class StageName {
  public static final String CHECKPOINT_SUFFIX = ".checkpoint";
  public static final String CLAIM_SUFFIX = ".claim";

  private StageName() {}

  /**
   * The key of a stage's checkpoint.
   *
   * @throws IllegalArgumentException when the name is empty or has an unpaired surrogate; the
   *     message says so
   */
  public static String checkpointKey(String stage) {
    return segment(stage) + CHECKPOINT_SUFFIX;
  }

  /** The key of a stage's claim; as {@link #checkpointKey}. */
  public static String claimKey(String stage) {
    return segment(stage) + CLAIM_SUFFIX;
  }

  /** The stage whose checkpoint a key is; empty when the key is not ours or not canonical. */
  public static Optional<String> ofCheckpointKey(String key) {
    return stage(key, CHECKPOINT_SUFFIX);
  }

  /** The stage whose claim a key is; empty when the key is not ours or not canonical. */
  public static Optional<String> ofClaimKey(String key) {
    return stage(key, CLAIM_SUFFIX);
  }

  private static String segment(String stage) {
    if (stage.isEmpty()) {
      throw new IllegalArgumentException(
          "The stage name cannot be used: it is empty. Give the stage a name of at least one"
              + " character.");
    }
    return PercentText.encode(stage, StageName::literal)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "The stage name "
                        + LogSafe.quoted(stage)
                        + " cannot be used: it has an unpaired surrogate, which is half a character"
                        + " and has no UTF-8 form. Give the stage a name of whole Unicode"
                        + " characters."));
  }

  private static Optional<String> stage(String key, String suffix) {
    int length = key.length() - suffix.length();
    return key.endsWith(suffix) && length > 0
        ? PercentText.decode(key.substring(0, length), StageName::literal)
        : Optional.empty();
  }

  private static boolean literal(char c, int index, int length) {
    boolean atAnEnd = index == 0 || index == length - 1;
    return (c == ' ' || c == '.') ? !atAnEnd : PercentText.isPlain(c);
  }
}
