package io.github.checkpointmanager.internal.s3;

import io.github.checkpointmanager.internal.s3.BatchDeleter.DeletionReportBuilder;
import io.github.checkpointmanager.internal.s3.client.ForeignText;
import io.github.checkpointmanager.internal.time.Backoff;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/**
 * Deletes at most 1,000 keys, or states of keys, by DeleteObjects. Not in "quiet" mode, in which
 * success is an empty document that looks like a proxy's page: a key counts as deleted only if the
 * reply names it. Keys that failed for a passing reason inside a 200 are sent again.
 */
final class DeleteBatch {
  private final S3Bucket bucket;
  private final DeletionReportBuilder report;
  private final S3Operation operation;
  private final Map<ObjectIdentifier, String> keys = new LinkedHashMap<>();

  /**
   * What one entry of the request names.
   *
   * @param key relative to the store
   * @param versionId null for the key itself, which on a bucket with versioning gets a delete
   *     marker
   */
  record State(String key, String objectKey, @Nullable String versionId) {
    static List<State> current(S3Bucket bucket, Collection<String> keys) {
      return keys.stream().map(key -> new State(key, bucket.objectKey(key), null)).toList();
    }
  }

  DeleteBatch(S3Bucket bucket, Collection<State> states, DeletionReportBuilder report) {
    this.bucket = bucket;
    this.report = report;
    states.forEach(s -> keys.put(identifier(s.objectKey(), s.versionId()), s.key()));
    boolean versions = states.stream().anyMatch(state -> state.versionId() != null);
    this.operation = versions ? S3Operation.PURGE : S3Operation.DELETE;
  }

  void run() {
    for (int attempt = 1; !keys.isEmpty(); attempt++) {
      if (attempt > 1) {
        double random = ThreadLocalRandom.current().nextDouble();
        LockSupport.parkNanos(Backoff.BATCH_DELETION.pause(attempt - 2, random).toNanos());
      }
      try {
        settle(send(), attempt == Backoff.BATCH_DELETION.tries());
      } catch (StoreException e) {
        report.failed(keys.values(), e);
        return;
      }
    }
  }

  private DeleteObjectsResponse send() {
    return bucket.call(
        operation,
        keys.size() + " keys in " + bucket.describe(""),
        s3 ->
            s3.deleteObjects(
                ask ->
                    ask.bucket(bucket.name()).delete(d -> d.objects(keys.keySet()).quiet(false))));
  }

  static ObjectIdentifier identifier(String objectKey, @Nullable String versionId) {
    return ObjectIdentifier.builder().key(objectKey).versionId(versionId).build();
  }

  /** Removes every key from the map whose outcome is final. */
  private void settle(DeleteObjectsResponse reply, boolean last) {
    int before = keys.size();
    reply.deleted().forEach(state -> settled(state.key(), state.versionId()));
    report.deleted(before - keys.size());
    for (S3Error error : reply.errors()) {
      settle(error, last);
    }
    if (last) {
      String why = "the reply names the key neither as deleted nor as failed";
      keys.values().forEach(key -> report.failed(key, Kind.OUTCOME_UNKNOWN, why));
      keys.clear();
    }
  }

  private void settle(S3Error error, boolean last) {
    String code = String.valueOf(error.code());
    S3ErrorGroup group = S3ErrorGroup.of(code);
    if (!last && group.isPassing()) {
      return;
    }
    String key = settled(error.key(), error.versionId());
    if (key == null) {
      return;
    }
    if (group == S3ErrorGroup.NO_SUCH_KEY || group == S3ErrorGroup.NO_SUCH_VERSION) {
      report.deleted(1);
      return;
    }
    report.failed(
        key,
        group.kind(operation),
        code + ", " + ForeignText.oneLine(error.message()) + ". " + group.remedy(operation));
  }

  /** Removes a state that a reply names. A plain deletion may name the version of its marker. */
  private @Nullable String settled(String objectKey, @Nullable String versionId) {
    String key = keys.remove(identifier(objectKey, versionId));
    return key == null && operation == S3Operation.DELETE
        ? keys.remove(identifier(objectKey, null))
        : key;
  }
}
