package io.github.checkpointmanager.internal.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.checkpointmanager.internal.s3.BatchDeleter.DeletionReportBuilder;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.StoreException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

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

  /** The order of listings: by the bytes of UTF-8, which is not the order of Java's characters. */
  private static final Comparator<String> AS_S3 =
      Comparator.comparing(key -> key.getBytes(UTF_8), Arrays::compareUnsigned);

  /** By object key. */
  private final TreeMap<String, String> keys = new TreeMap<>(AS_S3);

  PurgeBatch(S3Bucket bucket, Collection<String> keys, DeletionReportBuilder report) {
    this.bucket = bucket;
    this.report = report;
    keys.forEach(key -> this.keys.put(bucket.keys().objectKey(key), key));
  }

  void run() {
    StoreException refusal = report.refusal();
    if (refusal != null) {
      report.failed(keys.values(), refusal);
      return;
    }
    try {
      delete(keys.values().stream().map(key -> DeleteBatch.State.current(bucket, key)).toList());
    } catch (StoreException e) {
      report.failed(keys.values(), e);
      return;
    }
    List<DeleteBatch.State> older = new ArrayList<>();
    List<DeleteBatch.State> markers = new ArrayList<>();
    try {
      sort(older, markers);
      delete(older);
      markers.removeIf(marker -> !keys.containsKey(marker.objectKey()));
      delete(markers);
    } catch (StoreException e) {
      // Reported key by key, since a part of each may be deleted.
      keys.values().forEach(key -> report.failed(key, e.kind(), e.why() + ". " + e.remedy()));
      return;
    }
    report.deleted(keys.size());
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

  private void sort(List<DeleteBatch.State> older, List<DeleteBatch.State> markers) {
    list(
        (entry, key) -> {
          var state = new DeleteBatch.State(key, entry.objectKey(), entry.version().versionId());
          if (!entry.version().latest()) {
            older.add(state);
          } else if (entry.version().deletion()) {
            markers.add(state);
          }
        });
  }

  private void list(BiConsumer<VersionPages.Entry, String> each) {
    if (keys.size() <= FEW) {
      Map.copyOf(keys)
          .forEach((objectKey, key) -> read(VersionPages.from(bucket, key), objectKey, each));
      return;
    }
    Map<String, TreeSet<String>> levels = new LinkedHashMap<>();
    keys.forEach(
        (objectKey, key) ->
            levels
                .computeIfAbsent(
                    key.substring(0, key.lastIndexOf('/') + 1), l -> new TreeSet<>(AS_S3))
                .add(objectKey));
    levels.forEach(
        (level, objectKeys) -> {
          String first = objectKeys.first();
          String before = first.substring(0, first.length() - 1);
          read(VersionPages.ofLevel(bucket, level, before), objectKeys.last(), each);
        });
  }

  /** Reads pages until all entries up to an object key are known. */
  private void read(
      Iterator<VersionPages.Page> pages,
      String lastKey,
      BiConsumer<VersionPages.Entry, String> each) {
    @Nullable String known = "";
    while (pages.hasNext() && known != null && AS_S3.compare(known, lastKey) <= 0) {
      VersionPages.Page page = pages.next();
      for (VersionPages.Entry entry : page.entries()) {
        String key = keys.get(entry.objectKey());
        if (key != null) {
          each.accept(entry, key);
        }
      }
      known = page.lastKey();
    }
  }
}
