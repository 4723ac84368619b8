package io.github.checkpointmanager.internal.s3.client;

/**
 * Whether the call that this thread makes has begun to connect to S3. The SDK runs all attempts of
 * a synchronous call on the caller's thread. Before the first connection only the client's own
 * configuration can fail, and nothing can have been executed.
 */
final class Transmission {
  private static final ThreadLocal<Boolean> BEGUN = ThreadLocal.withInitial(() -> false);

  private Transmission() {}

  /** Begins a call of an S3 client. */
  static void reset() {
    BEGUN.remove();
  }

  /** The HTTP client connects now. */
  static void begun() {
    BEGUN.set(true);
  }

  static boolean hasBegun() {
    return BEGUN.get();
  }
}
