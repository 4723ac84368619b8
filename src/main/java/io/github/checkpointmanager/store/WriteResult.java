package io.github.checkpointmanager.store;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What became of one conditional write. Everything that is not listed here is a {@link
 * StoreException}. Immutable.
 *
 * @param outcome what the store decided
 * @param version the version that was written; present exactly when {@code outcome} is {@link
 *     Outcome#WRITTEN}
 * @param storeTime the store's clock after it wrote, where it tells that with the reply and can be
 *     trusted
 */
public record WriteResult(Outcome outcome, Optional<Version> version, Optional<Instant> storeTime) {
  /** The store's decision. */
  public enum Outcome {
    /** The bytes are durable and visible. */
    WRITTEN,
    /**
     * The condition did not hold: the key exists (create), or has another version (replace). When a
     * request was resent below the port, the other version may be the caller's own: read back.
     */
    CONFLICT,
    /** A replace found no such key. */
    GONE,
    /** The store asks to send the same bytes again after a pause (S3: 409); nothing was decided. */
    CONTENDED
  }

  public WriteResult {
    Objects.requireNonNull(outcome, "outcome");
    if (version.isPresent() != (outcome == Outcome.WRITTEN)) {
      throw new IllegalArgumentException("a version belongs to WRITTEN and to nothing else");
    }
  }

  public static WriteResult written(Version version) {
    return written(version, Optional.empty());
  }

  public static WriteResult written(Version version, Optional<Instant> storeTime) {
    return new WriteResult(Outcome.WRITTEN, Optional.of(version), storeTime);
  }

  public static WriteResult conflict() {
    return new WriteResult(Outcome.CONFLICT, Optional.empty(), Optional.empty());
  }

  public static WriteResult gone() {
    return new WriteResult(Outcome.GONE, Optional.empty(), Optional.empty());
  }

  public static WriteResult contended() {
    return new WriteResult(Outcome.CONTENDED, Optional.empty(), Optional.empty());
  }
}
