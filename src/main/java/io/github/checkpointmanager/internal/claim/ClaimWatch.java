package io.github.checkpointmanager.internal.claim;

import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.Version;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long one taker has seen one version of a claim unchanged, by its monotonic clock: the measure
 * where the store's clock cannot be trusted. For one stage. Thread-safe.
 */
public final class ClaimWatch {
  private final Timing timing;
  private @Nullable Version version;
  private long since;

  public ClaimWatch(Timing timing) {
    this.timing = timing;
  }

  /** Notes a sighting. */
  synchronized Duration unchangedFor(Version seen) {
    long now = timing.nanoTime();
    if (!seen.equals(version)) {
      version = seen;
      since = now;
    }
    return Duration.ofNanos(now - since);
  }
}
