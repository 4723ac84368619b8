package io.github.checkpointmanager.store;

import java.util.Iterator;

/**
 * One level of a store, page by page. Every {@link #iterator()} is a listing of its own, from the
 * start; every {@code next()} of it costs at most one request and may throw {@link StoreException}.
 * A level without keys has one empty page. An object created or deleted while the pages are fetched
 * may or may not be seen.
 */
@FunctionalInterface
public interface Listing extends Iterable<ListPage> {
  @Override
  Iterator<ListPage> iterator();
}
