package io.github.checkpointmanager.internal.s3;

import io.github.checkpointmanager.internal.s3.BatchDeleter.DeletionReportBuilder;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.StoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Deletes up to 1,000 keys with all their versions, in an order in which no older version ever
 * becomes current: first a plain deletion, which adds a delete marker as the newest state; then all
 * older states; then the markers of those keys that have no other state left. A current version was
 * written after the plain deletion, and stays.
 */
final class PurgeBatch {
  /** Up to so many keys are listed one by one; more, by listing their level. */
  private static final int FEW = 8;

  private final S3Bucket bucket;
  private final DeletionReportBuilder report;

  private final List<DeleteBatch.State> current;

  /** By object key. */
  private final TreeMap<String, String> keys = new TreeMap<>(VersionPages.AS_S3);

  PurgeBatch(S3Bucket bucket, Collection<Deletion> deletions, DeletionReportBuilder report) {
    this.bucket = bucket;
    this.report = report;
    this.current = DeleteBatch.State.current(bucket, deletions);
    current.forEach(state -> keys.put(state.objectKey(), state.key()));
  }

  void run() {
    try {
      delete(current);
    } catch (StoreException e) {
      report.failed(keys.values(), e);
      return;
    }
    try {
      deleteVersions();
    } catch (StoreException e) {
      // Reported key by key, since a part of each may be deleted.
      keys.values().forEach(key -> report.failed(key, e));
      return;
    }
    report.deleted(keys.size());
  }

  private void deleteVersions() {
    List<DeleteBatch.State> older = new ArrayList<>();
    List<DeleteBatch.State> markers = new ArrayList<>();
    list(
        entry -> {
          String key = keys.get(entry.objectKey());
          if (key == null) {
            return;
          }
          var state = DeleteBatch.State.older(key, entry.objectKey(), entry.version().versionId());
          if (!entry.version().latest()) {
            older.add(state);
          } else if (entry.version().deletion()) {
            markers.add(state);
          }
        });
    delete(older);
    markers.removeIf(marker -> !keys.containsKey(marker.objectKey()));
    delete(markers);
  }

  /** Deletes states. Reports each key that fails once, and drops it. */
  private void delete(List<DeleteBatch.State> states) {
    for (int from = 0; from < states.size(); from += BatchDeleter.BATCH) {
      int to = Math.min(from + BatchDeleter.BATCH, states.size());
      var step = new DeletionReportBuilder();
      new DeleteBatch(bucket, states.subList(from, to), step).run();
      StoreException refusal = step.refusal();
      if (refusal != null) {
        throw refusal;
      }
      for (DeletionReport.Failure failure : step.failures()) {
        if (keys.values().remove(failure.key())) {
          report.failed(failure.key(), failure.kind(), failure.reason());
        }
      }
    }
  }

  /** Lists the states of all keys, and of others between them. */
  private void list(Consumer<VersionPages.Entry> each) {
    if (keys.size() <= FEW) {
      keys.forEach((objectKey, key) -> VersionPages.from(bucket, key).read(objectKey, each));
      return;
    }
    Map<String, TreeSet<String>> levels = new LinkedHashMap<>();
    keys.forEach(
        (objectKey, key) ->
            levels
                .computeIfAbsent(
                    key.substring(0, key.lastIndexOf('/') + 1),
                    level -> new TreeSet<>(VersionPages.AS_S3))
                .add(objectKey));
    levels.forEach(
        (level, objectKeys) -> {
          String first = objectKeys.first();
          String before = first.substring(0, first.length() - 1);
          VersionPages.ofLevel(bucket, level, before).read(objectKeys.last(), each);
        });
  }
}
