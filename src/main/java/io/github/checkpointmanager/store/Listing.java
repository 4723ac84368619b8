package io.github.checkpointmanager.store;

import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One level of a store, page by page. Each {@link #iterator()} lists the level again from the
 * start. Each {@code next()} costs at most one request and may throw {@link StoreException}. A
 * level without keys has one empty page. An object that is created or deleted while the pages are
 * fetched may or may not be listed.
 */
@FunctionalInterface
public interface Listing extends Iterable<Listing.Page> {
  @Override
  Iterator<Page> iterator();

  /**
   * One page; fetching it was one request.
   *
   * @param objects the keys directly on this level, in no promised order
   * @param children names of the levels directly below, each ending in {@code /}
   * @param storeTime the store's clock when it answered, if it is known and trusted
   */
  record Page(List<Entry> objects, List<String> children, Optional<Instant> storeTime) {
    public Page {
      objects = List.copyOf(objects);
      children = List.copyOf(children);
    }
  }

  /**
   * One key of a page.
   *
   * @param key relative to the store's root
   * @param size bytes
   * @param lastModified by the store's clock
   * @param version what a read would give; empty where a listing does not tell it
   */
  record Entry(String key, long size, Instant lastModified, Optional<Version> version) {
    public Entry {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(lastModified, "lastModified");
      Objects.requireNonNull(version, "version");
    }
  }
}
