package io.github.checkpointmanager.internal.pipeline.declaration;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that is nearest to a mistyped one. Pure. */
public final class NearestName {
  private NearestName() {}

  /** The name with the smallest edit distance; empty if more than half of the letters differ. */
  public static Optional<String> of(String written, Collection<String> names) {
    int limit = Math.max(1, written.length() / 2);
    return names.stream()
        .filter(name -> distance(written, name) <= limit)
        .min(Comparator.comparingInt(name -> distance(written, name)));
  }

  /**
   * Optimal string alignment: Levenshtein's distance in which a transposition of neighbours counts
   * once. Ignores case.
   */
  private static int distance(String first, String second) {
    String a = first.toLowerCase(Locale.ROOT);
    String b = second.toLowerCase(Locale.ROOT);
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      d[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      d[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
