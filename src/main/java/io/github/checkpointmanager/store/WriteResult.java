package io.github.checkpointmanager.store;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The outcome of one conditional write. Any other outcome is a {@link StoreException}. Immutable.
 *
 * @param outcome the store's decision
 * @param version the version that was written; present exactly when {@code outcome} is {@link
 *     Outcome#WRITTEN}
 * @param storeTime the store's clock after the write, if the reply has it and it is trusted
 */
public record WriteResult(Outcome outcome, Optional<Version> version, Optional<Instant> storeTime) {
  /** The store's decision. */
  public enum Outcome {
    /** The bytes are durable and visible. */
    WRITTEN,
    /**
     * The condition did not hold: the key exists (create), or has another version (replace). That
     * version may be the caller's own, if a client below the port sent the request again: read
     * back.
     */
    CONFLICT,
    /** There is no such key to replace. */
    GONE,
    /** Nothing was decided (S3: 409). Send the same bytes again after a pause. */
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
