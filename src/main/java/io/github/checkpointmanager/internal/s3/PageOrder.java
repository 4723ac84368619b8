package io.github.checkpointmanager.internal.s3;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a listing comes to its end: each page must lead beyond the pages before it. A server
 * or a cache that repeats pages would keep a reader busy without end. For one thread.
 */
final class PageOrder {
  /** More empty pages in a row than a server that filters deleted keys sends. */
  private static final int MOST_EMPTY_PAGES = 1_000;

  private final Set<String> markers = new HashSet<>();
  private @Nullable String greatest;
  private int empty;

  /**
   * Checks one page that is not the last.
   *
   * @param greatestKey the greatest key or prefix of the page, by the bytes of UTF-8; null if the
   *     page is empty
   * @param mayStay whether the greatest key may be that of the page before, as versions of one key
   *     may fill several pages
   * @param marker where the server says that the next page begins
   * @return what is wrong, if anything
   */
  Optional<String> complaint(@Nullable String greatestKey, boolean mayStay, String marker) {
    if (greatestKey == null) {
      empty++;
      if (empty > MOST_EMPTY_PAGES) {
        return Optional.of("it has " + empty + " empty pages one after the other");
      }
    } else {
      empty = 0;
      int growth = greatest == null ? 1 : VersionPages.AS_S3.compare(greatestKey, greatest);
      if (growth < 0 || (growth == 0 && !mayStay)) {
        return Optional.of("its keys do not grow from page to page");
      }
      if (growth > 0) {
        greatest = greatestKey;
        markers.clear();
      }
    }
    return markers.add(marker)
        ? Optional.empty()
        : Optional.of("it gives the same continuation twice");
  }
}
