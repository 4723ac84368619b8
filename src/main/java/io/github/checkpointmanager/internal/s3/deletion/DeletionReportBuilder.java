package io.github.checkpointmanager.internal.s3.deletion;

import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.StoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the outcome of each key of one deletion. Thread-safe. */
final class DeletionReportBuilder {
  private final List<DeletionReport.Failure> failures = new ArrayList<>();
  private long deleted;
  private @Nullable StoreException refusal;

  synchronized void deleted(int count) {
    deleted += count;
  }

  synchronized void failed(String key, StoreException.Kind kind, String reason) {
    failures.add(new DeletionReport.Failure(key, kind, reason));
  }

  /** Adds a batch whose request failed as a whole. */
  synchronized void failed(Collection<String> keys, StoreException e) {
    keys.forEach(key -> failed(key, e.kind(), e.why() + ". " + e.remedy()));
    if (e.kind() != StoreException.Kind.OUTCOME_UNKNOWN
        && e.kind() != StoreException.Kind.UNAVAILABLE) {
      refusal = e;
    }
  }

  /**
   * Returns why S3 refused a whole request, as it would refuse all others: no bucket, no access.
   */
  synchronized @Nullable StoreException refusal() {
    return refusal;
  }

  synchronized List<DeletionReport.Failure> failures() {
    return List.copyOf(failures);
  }

  synchronized DeletionReport report() {
    if (refusal != null && deleted == 0) {
      throw refusal;
    }
    return new DeletionReport(deleted, failures);
  }
}
