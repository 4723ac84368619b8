package io.github.checkpointmanager.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One page of a listing; fetching it was one request.
 *
 * @param objects the keys directly on this level, in no promised order
 * @param children names of the levels directly below, each ending in {@code /}
 * @param storeTime the store's clock when it answered, if it can be told and trusted
 */
public record ListPage(
    List<ListedObject> objects, List<String> children, Optional<Instant> storeTime) {
  public ListPage {
    objects = List.copyOf(objects);
    children = List.copyOf(children);
  }
}
