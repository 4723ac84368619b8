package io.github.checkpointmanager.store;

import java.util.ServiceLoader;
import java.util.TreeSet;

/** Opens a store for a location, through the {@link StoreProvider}s on the class path. */
public final class Stores {
  private Stores() {}

  /**
   * Opens the store at a location. Makes no request.
   *
   * @throws StoreException {@code INVALID} when no provider knows the scheme or the location is
   *     refused
   */
  public static CheckpointStore open(StoreLocation location) {
    var known = new TreeSet<String>();
    for (StoreProvider provider :
        ServiceLoader.load(StoreProvider.class, Stores.class.getClassLoader())) {
      if (provider.scheme().equals(location.scheme())) {
        return provider.open(location);
      }
      known.add(provider.scheme());
    }
    throw new StoreException(
        StoreException.Kind.INVALID,
        "The location " + location.withoutOptions() + " cannot be opened",
        "no store for the scheme '" + location.scheme() + "' is on the class path",
        "Use one of "
            + String.join(", ", known)
            + "; a directory whose name looks like a scheme is written file:"
            + location.scheme()
            + ":…");
  }
}
