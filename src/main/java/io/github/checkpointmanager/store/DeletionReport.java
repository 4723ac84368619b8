package io.github.checkpointmanager.store;

import java.util.List;
import java.util.Objects;

/**
 * What became of each key of a deletion.
 *
 * @param deleted how many keys are gone: deleted now, or absent already
 * @param failures the keys that are not known to be gone
 */
public record DeletionReport(long deleted, List<Failure> failures) {
  public DeletionReport {
    failures = List.copyOf(failures);
  }

  /**
   * One key that is not known to be gone.
   *
   * @param key as it was passed in
   * @param kind {@link StoreException.Kind#OUTCOME_UNKNOWN} when the deletion may still land
   * @param reason the store's code and message
   */
  public record Failure(String key, StoreException.Kind kind, String reason) {
    public Failure {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(reason, "reason");
    }
  }

  /** Whether every key is gone. */
  public boolean isComplete() {
    return failures.isEmpty();
  }
}
