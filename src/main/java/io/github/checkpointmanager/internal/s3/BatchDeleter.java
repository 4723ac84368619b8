package io.github.checkpointmanager.internal.s3;

import io.github.checkpointmanager.internal.process.DaemonThreads;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Deletes keys by DeleteObjects, 1,000 at a time, at most {@link #IN_FLIGHT} batches at once. The
 * caller's thread consumes the keys, so a listing continues while batches are deleted. The threads
 * end with the call.
 */
public final class BatchDeleter {
  /** The API's limit (Amazon S3 API Reference, DeleteObjects). */
  static final int BATCH = 1000;

  static final int IN_FLIGHT = 4;

  private final S3Bucket bucket;

  public BatchDeleter(S3Bucket bucket) {
    this.bucket = bucket;
  }

  public DeletionReport delete(Stream<Deletion> deletions) {
    return each(
        deletions,
        (batch, report) ->
            new DeleteBatch(bucket, DeleteBatch.State.current(bucket, batch), report).run());
  }

  public DeletionReport purge(Stream<Deletion> deletions) {
    return each(deletions, (batch, report) -> new PurgeBatch(bucket, batch, report).run());
  }

  private DeletionReport each(
      Stream<Deletion> deletions, BiConsumer<List<Deletion>, DeletionReportBuilder> deletion) {
    var report = new DeletionReportBuilder();
    Consumer<List<Deletion>> attempt =
        batch -> {
          StoreException refusal = report.refusal();
          if (refusal == null) {
            deletion.accept(batch, report);
          } else {
            report.failed(new LinkedHashSet<>(batch.stream().map(Deletion::key).toList()), refusal);
          }
        };
    try (Stream<Deletion> closing = deletions) {
      Iterator<Deletion> remaining = closing.iterator();
      List<Deletion> first = take(remaining);
      if (first.size() < BATCH) {
        attempt.accept(first);
      } else {
        concurrently(first, remaining, attempt);
      }
    }
    return report.report();
  }

  private void concurrently(
      List<Deletion> first, Iterator<Deletion> remaining, Consumer<List<Deletion>> deletion) {
    ExecutorService threads =
        Executors.newFixedThreadPool(IN_FLIGHT, DaemonThreads.named("checkpoint-delete"));
    var places = new Semaphore(IN_FLIGHT);
    try {
      for (List<Deletion> next = first; !next.isEmpty(); next = take(remaining)) {
        List<Deletion> batch = next;
        // Without places, a fast listing would pile up all keys of the level in memory.
        places.acquireUninterruptibly();
        threads.execute(
            () -> {
              try {
                deletion.accept(batch);
              } finally {
                places.release();
              }
            });
      }
    } finally {
      places.acquireUninterruptibly(IN_FLIGHT);
      threads.shutdown();
    }
  }

  private List<Deletion> take(Iterator<Deletion> deletions) {
    List<Deletion> batch = new ArrayList<>();
    while (batch.size() < BATCH && deletions.hasNext()) {
      Deletion next = deletions.next();
      bucket.objectKey(next.key()); // refuses before anything of this batch is deleted
      batch.add(next);
    }
    return batch;
  }

  /** Collects the outcome of each key of one deletion. Thread-safe. */
  static final class DeletionReportBuilder {
    private final List<DeletionReport.Failure> failures = new ArrayList<>();
    private long deleted;
    private @Nullable StoreException refusal;

    synchronized void deleted(int count) {
      deleted += count;
    }

    synchronized void failed(String key, Kind kind, String reason) {
      failures.add(new DeletionReport.Failure(key, kind, reason));
    }

    synchronized void conflict(String key) {
      failures.add(DeletionReport.Failure.conflict(key));
    }

    synchronized void failed(String key, StoreException e) {
      failures.add(DeletionReport.Failure.of(key, e));
    }

    /** Adds a batch whose request failed as a whole. */
    synchronized void failed(Collection<String> keys, StoreException e) {
      keys.forEach(key -> failed(key, e));
      if (e.kind() != Kind.OUTCOME_UNKNOWN && e.kind() != Kind.UNAVAILABLE) {
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
}
