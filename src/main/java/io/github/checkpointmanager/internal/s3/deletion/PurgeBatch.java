package io.github.checkpointmanager.internal.s3.deletion;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.checkpointmanager.internal.s3.object.S3Bucket;
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
 * Deletes up to 1,000 keys with all their versions. In this order, so that no older version shows
 * through at any time: a plain deletion, which leaves a delete marker as the newest state; then
 * everything that is older than that; and the markers last, of those keys of which nothing else is
 * left. A current version is a write that came after the plain deletion, and stays.
 */
final class PurgeBatch {
  /** So many keys are looked up one by one; more are read from the listing of their level. */
  private static final int FEW = 8;

  private final S3Bucket bucket;
  private final DeletionReportBuilder tally;

  /** The order of listings: by the bytes of UTF-8, which is not the order of Java's characters. */
  private static final Comparator<String> AS_S3 =
      Comparator.comparing(key -> key.getBytes(UTF_8), Arrays::compareUnsigned);

  /** By object key. */
  private final TreeMap<String, String> keys = new TreeMap<>(AS_S3);

  PurgeBatch(S3Bucket bucket, Collection<String> keys, DeletionReportBuilder tally) {
    this.bucket = bucket;
    this.tally = tally;
    keys.forEach(key -> this.keys.put(bucket.keys().objectKey(key), key));
  }

  void run() {
    StoreException refusal = tally.refusal();
    if (refusal != null) {
      tally.failed(keys.values(), refusal);
      return;
    }
    try {
      delete(keys.values().stream().map(key -> ObjectState.current(bucket, key)).toList());
    } catch (StoreException e) {
      tally.failed(keys.values(), e);
      return;
    }
    List<ObjectState> older = new ArrayList<>();
    List<ObjectState> markers = new ArrayList<>();
    try {
      sort(older, markers);
      delete(older);
      markers.removeIf(marker -> !keys.containsKey(marker.objectKey()));
      delete(markers);
    } catch (StoreException e) {
      // Key by key, since something was done to each of them.
      keys.values().forEach(key -> tally.failed(key, e.kind(), e.why() + ". " + e.remedy()));
      return;
    }
    tally.deleted(keys.size());
  }

  /** Keys that fail are told, once each, and given up. */
  private void delete(List<ObjectState> states) {
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
          tally.failed(failure.key(), failure.kind(), failure.reason());
        }
      }
    }
  }

  private void sort(List<ObjectState> older, List<ObjectState> markers) {
    list(
        (entry, key) -> {
          var state = new ObjectState(key, entry.objectKey(), entry.version().versionId());
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

  /** Reads pages until all is told up to an object key. */
  private void read(
      Iterator<VersionPages.Page> pages,
      String lastKey,
      BiConsumer<VersionPages.Entry, String> each) {
    @Nullable String told = "";
    while (pages.hasNext() && told != null && AS_S3.compare(told, lastKey) <= 0) {
      VersionPages.Page page = pages.next();
      for (VersionPages.Entry entry : page.entries()) {
        String key = keys.get(entry.objectKey());
        if (key != null) {
          each.accept(entry, key);
        }
      }
      told = page.lastKey();
    }
  }
}
