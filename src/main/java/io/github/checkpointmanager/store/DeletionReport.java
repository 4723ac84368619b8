package io.github.checkpointmanager.store;

import java.util.List;
import java.util.Objects;

/**
 * The outcome of a deletion.
 *
 * @param deleted how many keys are absent now: deleted, or absent before
 * @param failures the keys that may still exist
 */
public record DeletionReport(long deleted, List<Failure> failures) {
  public DeletionReport {
    failures = List.copyOf(failures);
  }

  /**
   * One key that may still exist.
   *
   * @param key as the caller passed it
   * @param kind {@link StoreException.Kind#OUTCOME_UNKNOWN} when the deletion may still happen,
   *     {@link StoreException.Kind#CONFLICT} when another version is current than the one seen
   * @param reason the store's code and message, and the remedy where one is known
   */
  public record Failure(String key, StoreException.Kind kind, String reason) {
    public Failure {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(reason, "reason");
    }

    /** The failure of a key that has another version than the one seen. */
    public static Failure conflict(String key) {
      return new Failure(
          key, StoreException.Kind.CONFLICT, "it was written after it was seen, and is kept");
    }

    public boolean isConflict() {
      return kind == StoreException.Kind.CONFLICT;
    }

    /** The failure of a key that an exception explains. */
    public static Failure of(String key, StoreException e) {
      return new Failure(key, e.kind(), e.why() + ". " + e.remedy());
    }
  }

  /** The keys that were kept, because another version is current than the one seen. */
  public List<String> conflicts() {
    return failures.stream().filter(Failure::isConflict).map(Failure::key).toList();
  }

  /** Returns whether every key is absent. */
  public boolean isComplete() {
    return failures.isEmpty();
  }
}
