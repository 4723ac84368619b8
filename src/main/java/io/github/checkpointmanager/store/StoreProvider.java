package io.github.checkpointmanager.store;

import java.util.Locale;
import java.util.ServiceLoader;
import java.util.TreeSet;

/**
 * Opens stores of one scheme; found by {@link ServiceLoader}. Implementations are stateless and
 * have a public constructor without parameters.
 */
public interface StoreProvider {
  /** The scheme, such as {@code s3}, {@code file} or {@code jdbc:sqlite}. */
  String scheme();

  /**
   * Opens the store at a location whose scheme is {@link #scheme()}. Makes no request: a store that
   * is missing or cannot be reached fails at first use.
   *
   * @throws StoreException {@code INVALID} when the location's path or one of its options is
   *     refused; the message names the known options
   */
  CheckpointStore open(StoreLocation location);

  /**
   * Returns a location with what files of configuration add to it, so that it means the same to a
   * process that reads them otherwise, or not at all. Never a secret. Makes no request; returns the
   * location as it is where nothing is known.
   */
  default StoreLocation complete(StoreLocation location) {
    return location;
  }

  /** As {@link #complete}, with the provider of its scheme; the location as it is without one. */
  static StoreLocation completed(StoreLocation location) {
    for (StoreProvider provider :
        ServiceLoader.load(StoreProvider.class, StoreProvider.class.getClassLoader())) {
      if (provider.scheme().equals(location.scheme())) {
        return provider.complete(location);
      }
    }
    return location;
  }

  /**
   * Opens the store at a location, with the provider of its scheme. Makes no request.
   *
   * @throws StoreException {@code INVALID} when no provider knows the scheme or the location is
   *     refused
   */
  static CheckpointStore openAt(StoreLocation location) {
    var known = new TreeSet<String>();
    for (StoreProvider provider :
        ServiceLoader.load(StoreProvider.class, StoreProvider.class.getClassLoader())) {
      if (provider.scheme().equals(location.scheme())) {
        return provider.open(location);
      }
      known.add(provider.scheme());
    }
    throw location.refused(
        "no store for the scheme '" + location.scheme() + "' is on the class path",
        String.format(
            Locale.ROOT,
            "Use one of %s; a directory whose name looks like a scheme is written file:%s:…",
            String.join(", ", known),
            location.scheme()));
  }
}
