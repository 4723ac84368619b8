package io.github.checkpointmanager.store;

/**
 * Opens stores of one scheme; found by {@link java.util.ServiceLoader}. Implementations are
 * stateless and have a public constructor without parameters.
 */
public interface StoreProvider {
  /** The scheme, such as {@code s3}, {@code file} or {@code jdbc:sqlite}. */
  String scheme();

  /**
   * Opens the store at a location whose scheme is {@link #scheme()}. Makes no request: an
   * unreachable or missing store shows at first use.
   *
   * @throws StoreException {@code INVALID} when the location's path or one of its options is
   *     refused, saying which are known
   */
  CheckpointStore open(StoreLocation location);
}
